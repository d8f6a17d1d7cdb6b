// Generated from schemas/coupons/coupon-issue-failed.avsc: edit that, then run `npm run generate`.

/** A request got no coupon, and why. */
export interface CouponIssueFailed {
  /** The request this answers. */
  requestId: string
  /** The coupon policy. */
  couponPolicyId: number
  /** The customer. */
  userId: number
  /** COUPON_ISSUE_FAILED: given up after the last retry. Everything else is a business answer. */
  reason: CouponIssueFailureReason
  /** Partition of the request in coupon-issue. */
  partition: number
  /** Offset of the request in that partition: the place in the queue. */
  offset: number
  /** When the decision was made. Epoch milliseconds. */
  failedAt: number
}

export type CouponIssueFailureReason = 'UNKNOWN' | 'COUPON_ALREADY_ISSUED' | 'COUPON_SOLD_OUT' | 'COUPON_NOT_OPEN' | 'COUPON_CLOSED' | 'COUPON_POLICY_NOT_FOUND' | 'COUPON_ISSUE_FAILED'

/** The contract of CouponIssueFailed, as it is registered. */

export const couponIssueFailedSchema = {
  "type": "record",
  "namespace": "firstcome.coupons",
  "name": "CouponIssueFailed",
  "doc": "A request got no coupon, and why.",
  "fields": [
    {
      "name": "requestId",
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "The request this answers."
    },
    {
      "name": "couponPolicyId",
      "type": "long",
      "doc": "The coupon policy."
    },
    {
      "name": "userId",
      "type": "long",
      "doc": "The customer."
    },
    {
      "name": "reason",
      "type": {
        "type": "enum",
        "name": "CouponIssueFailureReason",
        "symbols": [
          "UNKNOWN",
          "COUPON_ALREADY_ISSUED",
          "COUPON_SOLD_OUT",
          "COUPON_NOT_OPEN",
          "COUPON_CLOSED",
          "COUPON_POLICY_NOT_FOUND",
          "COUPON_ISSUE_FAILED"
        ],
        "default": "UNKNOWN"
      },
      "doc": "COUPON_ISSUE_FAILED: given up after the last retry. Everything else is a business answer."
    },
    {
      "name": "partition",
      "type": "int",
      "doc": "Partition of the request in coupon-issue."
    },
    {
      "name": "offset",
      "type": "long",
      "doc": "Offset of the request in that partition: the place in the queue."
    },
    {
      "name": "failedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the decision was made."
    }
  ]
} as const

