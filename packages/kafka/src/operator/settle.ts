import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, Intent } from './action.ts'
import type { Desk } from './desk.ts'
import type { Letter } from './letter.ts'
import { placeName } from './place.ts'
import { isSame } from './story.ts'

const POLL_MS = 250

/**
 * How long a run may take from writing an intent down to having sent what it intends. It counts by its own clock, and stops
 * early; whoever finds an intent without an end counts again from that moment by theirs. So no clock is compared with another.
 */
export const LEASE_MS = 15_000

export interface Settling {
  run: string
  by: string
  leaseMs?: number | undefined
  /** Treats as not sent what nobody can tell of. */
  sendDoubtful?: boolean | undefined
}

interface Open {
  letter: Letter
  holder: Intent
}

/**
 * Ends what other runs have begun and not ended. Waits until they have said so, or, at the latest, until they can no longer be
 * at work; then the retry topics tell what they sent. Answers the letters of which nobody can tell: the retry topic no longer
 * reaches back to their intent.
 */
export async function settle(
  desk: Desk,
  open: Open[],
  { run, by, leaseMs = LEASE_MS, sendDoubtful = false }: Settling,
): Promise<Letter[]> {
  const left = () =>
    open.filter(({ letter, holder }) => {
      const current = desk.storyOf(letter).holder
      return current && isSame(current, holder)
    })
  const deadline = performance.now() + leaseMs
  await desk.refresh()
  while (left().length > 0 && performance.now() < deadline) {
    await sleep(Math.min(POLL_MS, leaseMs))
    await desk.refresh()
  }

  const doubtful: Letter[] = []
  const ends: Action[] = []
  for (const [topic, sharing] of Map.groupBy(left(), ({ holder }) => holder.to)) {
    const from = earliest(sharing.map(({ holder }) => holder))
    const lows = await desk.ends(topic)
    const sent = new Map<string, string>()
    await desk.readFrom(topic, from, (place, { headers }) => {
      sent.set(`${headers?.['dlt-letter']} ${headers?.['dlt-replays']}`, placeName(place))
    })
    for (const { letter, holder } of uniqueIntents(sharing)) {
      const at = new Date().toISOString()
      const { run: holderRun, letter: place, original, group, eventId, replays, number } = holder
      const end = { run: holderRun, letter: place, original, group, eventId, replays, number, by, at }
      const to = sent.get(`${place} ${number}`)
      if (to) ends.push({ ...end, action: 'replayed', to, found: true })
      else if (!sendDoubtful && lows.some(({ low }, partition) => low > (holder.from[partition] ?? 0))) {
        doubtful.push(letter)
      } else ends.push({ ...end, action: 'replay-withdrawn', why: `not sent; settled by run ${run}` })
    }
  }
  if (ends.length > 0) await desk.record(ends)
  return doubtful
}

/** By partition the lowest offset: every intent's sending lies behind it. */
function earliest(holders: Intent[]): number[] {
  const partitions = Math.max(...holders.map(({ from }) => from.length))
  return Array.from({ length: partitions }, (_, partition) =>
    Math.min(...holders.map(({ from }) => from[partition] ?? 0)),
  )
}

/** Several letters of one message share its holder. */
function uniqueIntents(open: Open[]): Open[] {
  return [...new Map(open.map((one) => [`${one.holder.run} ${one.holder.letter} ${one.holder.number}`, one])).values()]
}
