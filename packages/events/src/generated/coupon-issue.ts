// Generated from schemas/coupons/coupon-issue.avsc: edit that, then run `npm run generate`.

/** A user asks for a coupon. The log order of these records is the order of the queue. */
export interface CouponIssueRequested {
  /** The request. */
  requestId: string
  /** The coupon policy. */
  couponPolicyId: number
  /** The customer. */
  userId: number
  /** When coupon-api accepted the request: opening and closing times are judged by it. Epoch milliseconds. */
  requestedAt: number
}

/** The contract of CouponIssueRequested, as it is registered. */

export const couponIssueSchema = {
  "type": "record",
  "namespace": "firstcome.coupons",
  "name": "CouponIssueRequested",
  "doc": "A user asks for a coupon. The log order of these records is the order of the queue.",
  "fields": [
    {
      "name": "requestId",
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "The request."
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
      "name": "requestedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When coupon-api accepted the request: opening and closing times are judged by it."
    }
  ]
} as const

