import type { CouponIssueFailed } from '@firstcome/events'

/** A coupon that somebody owns. Times are epoch milliseconds; `partition` and `offset` are the place of its request in the log. */
export interface Coupon {
  couponId: string
  requestId: string
  policyId: number
  userId: number
  /** Place among the winners of the policy, 1 for the first, ascending with the log; a hold that came to nothing leaves a gap. */
  rank: number
  partition: number
  offset: number
  issuedAt: number
}

/** What a request of a `strict` policy keeps while it is tried again: one unit of the stock and its rank, at its own place in the log. */
export type Hold = Omit<Coupon, 'couponId' | 'issuedAt'>

/** A business "no". It is an answer, never an error, and never retried. */
export type RejectionReason = Exclude<CouponIssueFailed['reason'], 'UNKNOWN' | 'COUPON_ISSUE_FAILED'>

export type Outcome = { kind: 'issued'; coupon: Coupon } | { kind: 'rejected'; reason: RejectionReason }
