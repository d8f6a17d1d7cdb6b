import type { PlacedRequest } from '../decide/decide.ts'
import type { RejectionReason } from '../decide/outcome.ts'
import type { Answer, DecidedBatch } from './snapshot.ts'

export const ISSUED = 'I'
/** Failed on its own, and is tried again: no outcome yet. */
export const RETRIED = 'H'
export const GIVEN_UP = 'F'
/** No decision was made at this offset: there was no request, or it could not be read. */
const NONE = '.'

const letters: Record<RejectionReason, string> = {
  COUPON_ALREADY_ISSUED: 'A',
  COUPON_SOLD_OUT: 'S',
  COUPON_NOT_OPEN: 'N',
  COUPON_CLOSED: 'C',
  COUPON_POLICY_NOT_FOUND: 'P',
}
const reasons = new Map(Object.entries(letters).map(([reason, letter]) => [letter, reason as RejectionReason]))

export function letterOf(reason: RejectionReason): string {
  return letters[reason]
}

/** Throws for a letter that no reason has: the ledger was written by something else. */
export function reasonOf(letter: string): RejectionReason {
  const reason = reasons.get(letter)
  if (reason === undefined)
    throw new Error(`the ledger holds an outcome that does not exist: ${JSON.stringify(letter)}`)
  return reason
}

/** Packs answers to ascending offsets of one partition: a letter and the mark of the request per offset. */
export function packBatch(answers: Answer[], decidedAt: number): DecidedBatch {
  const firstOffset = answers[0]!.request.offset
  const length = answers.at(-1)!.request.offset - firstOffset + 1
  const outcomes = new Array<string>(length).fill(NONE)
  const requestMarks = Buffer.alloc(length * MARK_BYTES)
  for (const { request, outcome } of answers) {
    const at = request.offset - firstOffset
    outcomes[at] = outcome.kind === 'issued' ? ISSUED : outcome.kind === 'failed' ? GIVEN_UP : letterOf(outcome.reason)
    requestMarks.writeUInt32BE(markOf(request), at * MARK_BYTES)
  }
  return { firstOffset, outcomes: outcomes.join(''), requestMarks, decidedAt }
}

/** Notes that a request waits for its next try. */
export function packRetried(request: PlacedRequest, now: number): DecidedBatch {
  const requestMarks = Buffer.alloc(MARK_BYTES)
  requestMarks.writeUInt32BE(markOf(request))
  return { firstOffset: request.offset, outcomes: RETRIED, requestMarks, decidedAt: now }
}

export interface PackedOutcome {
  letter: string
  mark: number
  decidedAt: number
}

/** A request that failed may have been decided after all, and then the decision is what counts. */
export const isDecision = (letter: string) => letter !== GIVEN_UP && letter !== RETRIED

/** What is noted at one offset, or undefined where nothing is. Rows may overlap: of two notes a decision counts. */
export function unpackOutcome(batches: DecidedBatch[], offset: number): PackedOutcome | undefined {
  let found: PackedOutcome | undefined
  for (const { firstOffset, outcomes, requestMarks, decidedAt } of batches) {
    const letter = outcomes[offset - firstOffset]
    if (letter === undefined || letter === NONE) continue
    if (found && (isDecision(found.letter) || letter === RETRIED)) continue
    found = { letter, mark: requestMarks.readUInt32BE((offset - firstOffset) * MARK_BYTES), decidedAt }
  }
  return found
}

/** The last eight hexadecimal digits of the request's id: they are random in every version of UUID in use here. */
export function markOf({ requestId }: Pick<PlacedRequest, 'requestId'>): number {
  return Number.parseInt(requestId.slice(-8), 16) >>> 0
}

const MARK_BYTES = 4
