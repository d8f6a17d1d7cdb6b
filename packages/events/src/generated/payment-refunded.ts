// Generated from schemas/payments/payment-refunded.avsc: edit that, then run `npm run generate`.

/** The money of a payment went back to the customer. */
export interface PaymentRefunded {
  /** Payment, UUIDv7. */
  paymentId: string
  /** Order, UUIDv7. */
  orderId: string
  /** The customer. */
  userId: number
  /** What was refunded, in minor units. */
  amount: number
  /** When the provider confirmed the refund. Epoch milliseconds. */
  refundedAt: number
}

/** The contract of PaymentRefunded, as it is registered. */

export const paymentRefundedSchema = {
  "type": "record",
  "namespace": "firstcome.payments",
  "name": "PaymentRefunded",
  "doc": "The money of a payment went back to the customer.",
  "fields": [
    {
      "name": "paymentId",
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "Payment, UUIDv7."
    },
    {
      "name": "orderId",
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "Order, UUIDv7."
    },
    {
      "name": "userId",
      "type": "long",
      "doc": "The customer."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "What was refunded, in minor units."
    },
    {
      "name": "refundedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the provider confirmed the refund."
    }
  ]
} as const

