import type { PendingRequest, RequestOutcome } from './coupon-request.ts'
import { queuePlace } from './queue.ts'
import { isOutcome, type Outcome, type Pending, type RequestState } from './request-state.ts'

/** A request as its owner sees it. `decidedOffset`: how far the request's partition is decided. */
export function viewRequest(requestId: string, state: RequestState, decidedOffset: number) {
  return isOutcome(state) ? viewOutcome(requestId, state) : viewPending(requestId, state, decidedOffset)
}

export function viewPending(requestId: string, state: Pending, decidedOffset: number): PendingRequest {
  const { status, userId, couponPolicyId } = state
  return { requestId, status, userId, couponPolicyId, queue: queuePlace(state.offset, decidedOffset) }
}

export function viewOutcome(requestId: string, outcome: Outcome): RequestOutcome {
  const { userId, couponPolicyId } = outcome
  switch (outcome.status) {
    case 'ISSUED': {
      const { status, couponId, rank } = outcome
      return { requestId, status, userId, couponPolicyId, couponId, rank }
    }
    case 'REJECTED':
      return { requestId, status: outcome.status, userId, couponPolicyId, reason: outcome.reason }
    case 'FAILED':
      return { requestId, status: outcome.status, userId, couponPolicyId, reason: outcome.reason }
  }
}
