import type { PlacedRequest } from '../src/decide/decide.ts'
import { oneAtATime, type PlainOutcome } from '../src/decide/one-at-a-time.ts'
import type { PolicyTerms } from '../src/decide/shelf.ts'
import { placedRequest } from '../src/requests/placed-request.ts'
import type { OutcomeEvent, Stage } from './stage.ts'

/** What the log, read back and judged one request at a time, says that everybody has to be told. */
export function expectedOutcomes(
  { log }: Pick<Stage, 'log'>,
  policies: Omit<PolicyTerms, 'ordering'>[],
): Map<string, PlainOutcome> {
  const requests: PlacedRequest[] = log().map(placedRequest)
  const outcomes = oneAtATime(
    policies.map((one) => ({ ...one, ordering: 'strict' })),
    requests,
  )
  return new Map(requests.map(({ requestId }, i) => [requestId, outcomes[i]!]))
}

/**
 * What was published, by request. Throws where a request was told two different things or under two event ids, and where
 * the answer at one place in the log was told again in other words.
 */
export function toldOutcomes(events: OutcomeEvent[]): Map<string, PlainOutcome> {
  const told = new Map<string, PlainOutcome>()
  const seen = new Map<string, string>()
  const same = (key: string, words: string) => {
    const before = seen.get(key) ?? words
    if (before !== words) throw new Error(`${key} was told ${before}, then ${words}`)
    seen.set(key, words)
  }
  for (const { id, value, time, key } of events) {
    const outcome = 'rank' in value ? { rank: value.rank } : { reason: value.reason }
    same(value.requestId, JSON.stringify([id, outcome]))
    same(`${value.requestId} at ${value.offset}`, JSON.stringify([id, value, time, key]))
    told.set(value.requestId, outcome)
  }
  return told
}

export function ranksOf(outcomes: Iterable<PlainOutcome>): number[] {
  return [...outcomes].flatMap((outcome) => ('rank' in outcome ? [outcome.rank] : [])).sort((a, b) => a - b)
}

export const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
