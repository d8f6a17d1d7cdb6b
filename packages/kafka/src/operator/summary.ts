import type { Letter } from './letter.ts'
import { type State, type Story, stateOf } from './story.ts'

/** Letters of one cause: one group, topic, code, stack and kind of reason. */
export interface Cause {
  count: number
  open: number
  replayed: number
  parked: number
  group: string
  topic: string
  code: string
  stack: string | undefined
  /** The newest one's; how many different ones there are. */
  reason: string
  reasons: number
  /** When the first and the last was given up, epoch milliseconds. */
  first: number
  last: number
}

/** A bug is one cause, whichever order or user its message names. */
const kindOf = (reason: string) => reason.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '#')

/** The most frequent cause first. */
export function byCause(letters: Letter[], storyOf: (letter: Letter) => Story): Cause[] {
  const causes = Map.groupBy(letters, ({ group, topic, code, stack, reason }) =>
    JSON.stringify([group, topic, code, stack, kindOf(reason)]),
  )
  return [...causes.values()]
    .map((same): Cause => {
      const states = same.map((letter) => stateOf(letter, storyOf(letter)))
      const inState = (state: State) => states.filter((one) => one === state).length
      const newest = same.reduce((a, b) => (b.time >= a.time ? b : a))
      const { group, topic, code, stack, reason } = newest
      return {
        count: same.length,
        open: inState('open'),
        replayed: inState('replayed'),
        parked: inState('parked'),
        group,
        topic,
        code,
        stack,
        reason,
        reasons: new Set(same.map((letter) => letter.reason)).size,
        first: same.reduce((min, { time }) => Math.min(min, time), Number.POSITIVE_INFINITY),
        last: newest.time,
      }
    })
    .sort((a, b) => b.count - a.count || b.last - a.last)
}
