// Generated from schemas/orders/order-rejected.avsc: edit that, then run `npm run generate`.

/** A payment arrived for an order that can not be confirmed: the payment is to be refunded. */
export interface OrderRejected {
  /** Order, UUIDv7. */
  orderId: string
  /** The customer. */
  userId: number
  /** The payment to refund; null when nothing was paid. */
  paymentId: null | string
  /** What was paid, in minor units; 0 when nothing was paid. */
  amount: number
  /** Why. */
  reason: OrderRejectionReason
  /** When the order was rejected. Epoch milliseconds. */
  rejectedAt: number
}

export type OrderRejectionReason = 'UNKNOWN' | 'ORDER_NOT_FOUND' | 'ORDER_EXPIRED' | 'ORDER_ALREADY_PAID' | 'AMOUNT_MISMATCH'

/** The contract of OrderRejected, as it is registered. */

export const orderRejectedSchema = {
  "type": "record",
  "namespace": "firstcome.orders",
  "name": "OrderRejected",
  "doc": "A payment arrived for an order that can not be confirmed: the payment is to be refunded.",
  "fields": [
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
      "name": "paymentId",
      "type": [
        "null",
        {
          "type": "string",
          "logicalType": "uuid"
        }
      ],
      "default": null,
      "doc": "The payment to refund; null when nothing was paid."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "What was paid, in minor units; 0 when nothing was paid."
    },
    {
      "name": "reason",
      "type": {
        "type": "enum",
        "name": "OrderRejectionReason",
        "symbols": [
          "UNKNOWN",
          "ORDER_NOT_FOUND",
          "ORDER_EXPIRED",
          "ORDER_ALREADY_PAID",
          "AMOUNT_MISMATCH"
        ],
        "default": "UNKNOWN"
      },
      "doc": "Why."
    },
    {
      "name": "rejectedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the order was rejected."
    }
  ]
} as const

