// Generated from schemas/coupons/coupon-issue-completed.avsc: edit that, then run `npm run generate`.

/** A request got its coupon. */
export interface CouponIssueCompleted {
  /** The request this answers. */
  requestId: string
  /** The coupon, UUIDv7. */
  couponId: string
  /** The coupon policy. */
  couponPolicyId: number
  /** The customer. */
  userId: number
  /** Place among the winners of the policy, 1 for the first. */
  rank: number
  /** Partition of the request in coupon-issue. */
  partition: number
  /** Offset of the request in that partition: the place in the queue. */
  offset: number
  /** When the decision was made. Epoch milliseconds. */
  issuedAt: number
}

/** The contract of CouponIssueCompleted, as it is registered. */

export const couponIssueCompletedSchema = {
  "type": "record",
  "namespace": "firstcome.coupons",
  "name": "CouponIssueCompleted",
  "doc": "A request got its coupon.",
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
      "name": "couponId",
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "The coupon, UUIDv7."
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
      "name": "rank",
      "type": "long",
      "doc": "Place among the winners of the policy, 1 for the first."
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
      "name": "issuedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the decision was made."
    }
  ]
} as const

