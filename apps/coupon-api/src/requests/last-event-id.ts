import type { RequestState } from './request-state.ts'

/** What a client that connects again has seen, by the id of its last event. */
export interface Seen {
  /** The best place in the queue that it was told: so many ahead. Infinite where none. */
  ahead: number
  /** It was told an outcome, and that one. */
  outcome?: string
}

const OUTCOMES = new Set<RequestState['status']>(['ISSUED', 'REJECTED', 'FAILED'])
const PLACE = /^PENDING-(\d{1,15})$/

/** What is no id of ours counts as nothing seen. */
export function readLastEventId(id: string | undefined): Seen {
  const nothing = { ahead: Number.POSITIVE_INFINITY }
  if (id === undefined) return nothing
  if (OUTCOMES.has(id as RequestState['status'])) return { ...nothing, outcome: id }
  const place = PLACE.exec(id)
  return place ? { ahead: Number(place[1]) } : nothing
}

/** Whether there is nothing more to tell: not where FAILED, a dead letter that was replayed, has become something else. */
export function hasSeenAll({ outcome }: Seen, { status }: RequestState): boolean {
  return outcome !== undefined && (outcome === status || status === 'PENDING')
}
