import { queuePlace } from './queue.ts'
import type { RequestState } from './request-state.ts'

/** A request as its owner sees it. `decidedOffset`: how far the request's partition is decided. */
export function viewRequest(requestId: string, state: RequestState, decidedOffset: number): Record<string, unknown> {
  const { status, userId, couponPolicyId } = state
  const request = { requestId, status, userId, couponPolicyId }
  switch (state.status) {
    case 'PENDING':
      return { ...request, queue: queuePlace(state.offset, decidedOffset) }
    case 'ISSUED':
      return { ...request, couponId: state.couponId, rank: state.rank }
    case 'REJECTED':
    case 'FAILED':
      return { ...request, reason: state.reason }
  }
}
