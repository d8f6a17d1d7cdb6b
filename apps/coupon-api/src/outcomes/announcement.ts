import { decodeState, decodeUuid } from '../model/encoding.ts'
import { isOutcome, type Outcome } from '../requests/request-state.ts'

/**
 * What one replica tells all others about a batch of outcomes, written by the script in `record-outcomes.ts`: the first
 * line says how far the partitions are decided, each further line is one request.
 *
 *     3:1041 7:90
 *     <request id> <state>
 */
export function announcedProgress(message: string): [partition: number, offset: number][] {
  const end = message.indexOf('\n')
  const line = end < 0 ? message : message.slice(0, end)
  return line === '' ? [] : line.split(' ').map((pair) => pair.split(':').map(Number) as [number, number])
}

/** Lazy: a replica where nobody waits reads none of it. */
export function* announcedOutcomes(message: string): Generator<[requestId: string, outcome: Outcome]> {
  for (const line of message.split('\n').slice(1)) {
    const space = line.indexOf(' ')
    const state = decodeState(line.slice(space + 1))
    if (isOutcome(state)) yield [decodeUuid(line.slice(0, space)), state]
  }
}
