// Generated from schemas/coupons/coupon-policy.avsc: edit that, then run `npm run generate`.

/** The present state of a coupon policy; the newest event of a key is the truth (compacted topic). */
export interface CouponPolicyChanged {
  /** The coupon policy. */
  couponPolicyId: number
  /** What people see. */
  name: string
  /** Coupons in stock over the life of the policy. */
  totalQuantity: number
  /** First moment a request is eligible; null: from the start. Epoch milliseconds. */
  opensAt: null | number
  /** First moment a request is no longer eligible; null: never. Epoch milliseconds. */
  closesAt: null | number
  /** STRICT: a request in retry holds its place and one unit of stock. RELAXED: it does not. */
  ordering: CouponOrdering
  /** When the policy was made. Epoch milliseconds. */
  createdAt: number
  /** When this state came to be. Epoch milliseconds. */
  changedAt: number
}

export type CouponOrdering = 'STRICT' | 'RELAXED'

/** The contract of CouponPolicyChanged, as it is registered. */

export const couponPolicySchema = {
  "type": "record",
  "namespace": "firstcome.coupons",
  "name": "CouponPolicyChanged",
  "doc": "The present state of a coupon policy; the newest event of a key is the truth (compacted topic).",
  "fields": [
    {
      "name": "couponPolicyId",
      "type": "long",
      "doc": "The coupon policy."
    },
    {
      "name": "name",
      "type": "string",
      "doc": "What people see."
    },
    {
      "name": "totalQuantity",
      "type": "long",
      "doc": "Coupons in stock over the life of the policy."
    },
    {
      "name": "opensAt",
      "type": [
        "null",
        {
          "type": "long",
          "logicalType": "timestamp-millis"
        }
      ],
      "default": null,
      "doc": "First moment a request is eligible; null: from the start."
    },
    {
      "name": "closesAt",
      "type": [
        "null",
        {
          "type": "long",
          "logicalType": "timestamp-millis"
        }
      ],
      "default": null,
      "doc": "First moment a request is no longer eligible; null: never."
    },
    {
      "name": "ordering",
      "type": {
        "type": "enum",
        "name": "CouponOrdering",
        "symbols": [
          "STRICT",
          "RELAXED"
        ],
        "default": "STRICT"
      },
      "doc": "STRICT: a request in retry holds its place and one unit of stock. RELAXED: it does not."
    },
    {
      "name": "createdAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the policy was made."
    },
    {
      "name": "changedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When this state came to be."
    }
  ]
} as const

