import { holdPlace } from '../decide/hold.ts'
import { giveUpEntry, holdEntry } from './entry.ts'
import { isDecision, unpackOutcome } from './letters.ts'
import { requireSameCluster, settle } from './settle.ts'
import type { Answer, LedgerEntry, RequestBatch, Snapshot } from './snapshot.ts'

/**
 * What has to be written when a single request failed in its turn and is tried again: undefined where its place is noted
 * already. Pure. Throws PositionError where the log is not the one that the ledger was written from.
 */
export function settleRetry(snapshot: Snapshot, batch: RequestBatch, now: number): LedgerEntry | undefined {
  const request = batch.requests[0]!
  requireSameCluster(snapshot, batch)
  if (unpackOutcome(snapshot.decided, request.offset)) return undefined
  const passed = snapshot.progress !== null && snapshot.progress.nextOffset > request.offset
  // Those behind it have their ranks already: too late to keep one for it.
  const hold = passed ? undefined : holdPlace(snapshot, request)
  return holdEntry(snapshot, batch, hold, passed, now)
}

/**
 * What its user has to be told when a single request went to the dead letters, and what has to be written before that is true:
 * nothing where there is a decision already, and only telling it had failed. Pure.
 */
export function settleGivenUp(
  snapshot: Snapshot,
  batch: RequestBatch,
  now: number,
): { answer: Answer; entry: LedgerEntry | undefined } {
  const request = batch.requests[0]!
  const noted = unpackOutcome(snapshot.decided, request.offset)
  if (noted && isDecision(noted.letter)) {
    return { answer: settle(snapshot, batch, { now, newCouponId: () => '' }).answers[0]!, entry: undefined }
  }
  // A copy of it may have won meanwhile.
  const coupon = snapshot.claims.find(({ requestId }) => requestId === request.requestId)
  if (coupon) {
    return { answer: { request, outcome: { kind: 'issued', coupon }, decidedAt: coupon.issuedAt }, entry: undefined }
  }
  const answer: Answer = { request, outcome: { kind: 'failed' }, decidedAt: now }
  // An earlier one that is still undecided must not be passed over.
  const next = snapshot.progress?.nextOffset ?? request.offset
  return { answer, entry: giveUpEntry(snapshot, batch, next !== request.offset, answer) }
}
