import type { CouponIssueFailureReason } from '@firstcome/events'

/** A business no: everything the worker says but that it gave a request up. */
export type RejectionReason = Exclude<CouponIssueFailureReason, 'COUPON_ISSUE_FAILED'>

/** What each no means, for the user. */
export const refusals: Record<RejectionReason, string> = {
  COUPON_ALREADY_ISSUED: 'This user has the coupon already.',
  COUPON_SOLD_OUT: 'All coupons are issued.',
  COUPON_NOT_OPEN: 'The coupon cannot be asked for yet.',
  COUPON_CLOSED: 'The coupon can no longer be asked for.',
  COUPON_POLICY_NOT_FOUND: 'There is no such coupon policy.',
  UNKNOWN: 'The coupon was refused.',
}

export const rejectionReasons = Object.keys(refusals) as RejectionReason[]

/** A reason as it was stored, perhaps by a newer version, which may know of more. */
export function readReason(text: string): RejectionReason {
  return Object.hasOwn(refusals, text) ? (text as RejectionReason) : 'UNKNOWN'
}
