import type { RejectionReason } from './reasons.ts'

/** What is known of one request. Partition and offset are its place in the topic `coupon-issue`. */
export type RequestState = { userId: number; couponPolicyId: number } & (
  | { status: 'PENDING'; partition: number; offset: number }
  | { status: 'ISSUED'; couponId: string; rank: number }
  | { status: 'REJECTED'; reason: RejectionReason }
  | { status: 'FAILED'; reason: 'COUPON_ISSUE_FAILED' }
)

export type Pending = Extract<RequestState, { status: 'PENDING' }>
export type Outcome = Exclude<RequestState, { status: 'PENDING' }>

/** An outcome is final for everybody who waits; PENDING is not. */
export function isOutcome(state: RequestState): state is Outcome {
  return state.status !== 'PENDING'
}
