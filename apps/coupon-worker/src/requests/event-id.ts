import { v5 as uuidv5 } from 'uuid'

const GIVEN_UP = '6f1ff1ee-2f67-5a0c-9d3c-6f0c8a4b7d51'

/**
 * The event id of a decision: the request's own 122 bits under UUID version 8. A decision told again, after a crash or for
 * a second copy of the request, carries the same id, so consumers know it; and it costs no hash in the hot path.
 */
export function decisionEventId(requestId: string): string {
  return `${requestId.slice(0, 14)}8${requestId.slice(15)}`
}

/**
 * The event id of "given up". Another one than the decision's: a dead letter that is replayed may be decided after all, and
 * that decision must not be taken for a repetition.
 */
export function givenUpEventId(requestId: string): string {
  return uuidv5(requestId, GIVEN_UP)
}
