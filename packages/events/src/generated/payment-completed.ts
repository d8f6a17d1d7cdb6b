// Generated from schemas/payments/payment-completed.avsc: edit that, then run `npm run generate`.

/** The provider took the money for an order. */
export interface PaymentCompleted {
  /** Payment, UUIDv7. */
  paymentId: string
  /** Order, UUIDv7. */
  orderId: string
  /** The customer. */
  userId: number
  /** What was paid, in minor units. */
  amount: number
  /** How it was paid, as the provider names it. */
  method: string
  /** When the provider confirmed the payment. Epoch milliseconds. */
  completedAt: number
}

/** The contract of PaymentCompleted, as it is registered. */

export const paymentCompletedSchema = {
  "type": "record",
  "namespace": "firstcome.payments",
  "name": "PaymentCompleted",
  "doc": "The provider took the money for an order.",
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
      "doc": "What was paid, in minor units."
    },
    {
      "name": "method",
      "type": "string",
      "doc": "How it was paid, as the provider names it."
    },
    {
      "name": "completedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the provider confirmed the payment."
    }
  ]
} as const

