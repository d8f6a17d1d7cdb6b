import { asError, KafkaError } from '../errors/kafka-error.ts'
import type { RawRecord } from '../producer/record.ts'
import { int64, originHeaders, ownHeaders } from '../retry/origin.ts'
import type { Action, Intent, Replayed } from './action.ts'
import type { Desk, LetterRecord } from './desk.ts'
import { placeName } from './place.ts'
import type { Replay } from './plan.ts'
import { about, type Report, type Run, slices } from './run.ts'
import { LEASE_MS } from './settle.ts'
import { isSame } from './story.ts'

const BATCH = 500
const BATCH_BYTES = 8 * 1024 * 1024

/** Shares of the lease: by then an intent is known to hold, and by then its record is sent. The rest is for clocks and delays. */
const CLAIMED_WITHIN = 1 / 3
const SENT_WITHIN = 2 / 3

export interface ReplayOptions {
  again: boolean
  leaseMs?: number | undefined
  /** Letters at a time. */
  batch?: number | undefined
}

/**
 * Sends letters to their group's retry path, each once, whoever else does the same and whatever dies: in batches of three
 * round trips. The intent is written down first; the first one in the log holds, so that of two runs one sends. Then the
 * records are sent, and then it is written down that they were. An intent without an end is settled by the next run (see
 * settle.ts): so what is left open here, because Kafka did not answer or the process died, is neither lost nor sent twice.
 */
export async function replay(
  desk: Desk,
  planned: Replay[],
  run: Run,
  { again, leaseMs = LEASE_MS, batch = BATCH }: ReplayOptions,
  tell: (done: Replayed) => void,
): Promise<Report> {
  const records = new Map(desk.letters.map((one) => [one.letter.place, one]))
  const report: Report = { done: [], skipped: [], failed: [] }
  const bytes = ({ letter }: Replay) => records.get(letter.place)!.raw.value?.length ?? 0
  if (planned.length > 0) await desk.prepare([...new Set(planned.map(({ to }) => to))])
  for (const steps of slices(planned, batch, BATCH_BYTES, bytes)) {
    await replayBatch(steps)
    if (report.failed.length > 0) break
  }
  return report

  async function replayBatch(steps: Replay[]): Promise<void> {
    const ends = new Map<string, number[]>()
    for (const to of new Set(steps.map((step) => step.to))) {
      ends.set(
        to,
        (await desk.ends(to)).map(({ high }) => high),
      )
    }
    const began = performance.now()
    const passed = () => performance.now() - began
    const intents = steps.map(({ letter, number, to }): Intent => {
      return { ...about(letter, run), action: 'replay-intended', number, again, to, from: ends.get(to)! }
    })
    await desk.record(intents)

    const held = steps.flatMap((step, i) => {
      const { holder } = desk.storyOf(step.letter)
      if (holder && isSame(holder, intents[i]!)) return [step]
      report.skipped.push({ letter: step.letter, why: 'another run was first' })
      return []
    })
    const late = passed() > leaseMs * CLAIMED_WITHIN
    const outcomes = late
      ? held.map((step) => withdraw(step, 'Kafka took too long to take the intent; nothing was sent'))
      : await Promise.all(held.map((step) => send(step, leaseMs * SENT_WITHIN - passed())))
    const actions = outcomes.filter((action) => action !== undefined)
    if (actions.length > 0) await desk.record(actions)
    for (const action of actions) {
      if (action.action !== 'replayed') continue
      report.done.push(action)
      tell(action)
    }
  }

  /** Undefined where it is not known whether it was sent. */
  async function send(step: Replay, deadlineMs: number): Promise<Replayed | Action | undefined> {
    try {
      const record = replayRecord(records.get(step.letter.place)!, step)
      const position = await desk.send(record, { deadlineMs, unlimited: true })
      const to = placeName({ topic: step.to, ...position })
      return { ...about(step.letter, run), action: 'replayed', number: step.number, to }
    } catch (thrown) {
      const error = asError(thrown)
      if (isRefusal(error)) return withdraw(step, error.message)
      report.failed.push({ letter: step.letter, why: `${error.message}; the next replay finds out` })
      return undefined
    }
  }

  function withdraw({ letter, number }: Replay, why: string): Action {
    report.failed.push({ letter, why })
    return { ...about(letter, run), action: 'replay-withdrawn', number, why }
  }
}

/** Errors after which nothing was written. */
const REFUSALS = new Set(['RECORD_TOO_LARGE', 'RECORD_REJECTED', 'TOPIC_MISSING', 'BUFFER_FULL'])
const isRefusal = (error: Error) => error instanceof KafkaError && REFUSALS.has(error.code)

/** What the group's retry consumer gets: the message as it was, due at once, with all its tries before it. */
function replayRecord({ letter, raw }: LetterRecord, { number, to }: Pick<Replay, 'number' | 'to'>): RawRecord {
  return {
    topic: to,
    key: raw.key,
    value: raw.value,
    headers: {
      ...ownHeaders(raw.headers),
      ...originHeaders({ ...letter.origin!, attempts: 0, replays: number }),
      'retry_topic-backoff-timestamp': int64(Date.now()),
      'dlt-letter': letter.place,
    },
  }
}
