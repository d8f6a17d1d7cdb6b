import type { CouponIssueFailed } from '@firstcome/events'

/** A coupon that somebody owns. Times are epoch milliseconds; `partition` and `offset` are the place of its request in the log. */
export interface Coupon {
  couponId: string
  requestId: string
  policyId: number
  userId: number
  /** Place among the winners of the policy, 1 for the first, without gaps. */
  rank: number
  partition: number
  offset: number
  issuedAt: number
}

/** A business "no". It is an answer, never an error, and never retried. */
export type RejectionReason = Exclude<CouponIssueFailed['reason'], 'UNKNOWN' | 'COUPON_ISSUE_FAILED'>

export type Outcome = { kind: 'issued'; coupon: Coupon } | { kind: 'rejected'; reason: RejectionReason }
