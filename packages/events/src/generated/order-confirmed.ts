// Generated from schemas/orders/order-confirmed.avsc: edit that, then run `npm run generate`.

/** An order was paid and is final. Side consumers (data platform, ranking) count it once per orderId. */
export interface OrderConfirmed {
  /** Order, UUIDv7. */
  orderId: string
  /** The customer. */
  userId: number
  /** Payment, UUIDv7. */
  paymentId: string
  /** What was bought: one entry per product. */
  items: ConfirmedItem[]
  /** What was paid, in minor units. */
  totalAmount: number
  /** When the order was placed. Epoch milliseconds. */
  placedAt: number
  /** When the order was confirmed. Epoch milliseconds. */
  confirmedAt: number
}

/** One product of a confirmed order. */
export interface ConfirmedItem {
  /** Product number. */
  productId: number
  /** Units bought, at least 1. */
  quantity: number
  /** Price of one unit when the order was placed, in minor units of the currency. */
  unitPrice: number
}

/** The contract of OrderConfirmed, as it is registered. */

export const orderConfirmedSchema = {
  "type": "record",
  "namespace": "firstcome.orders",
  "name": "OrderConfirmed",
  "doc": "An order was paid and is final. Side consumers (data platform, ranking) count it once per orderId.",
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
      "type": {
        "type": "string",
        "logicalType": "uuid"
      },
      "doc": "Payment, UUIDv7."
    },
    {
      "name": "items",
      "type": {
        "type": "array",
        "items": {
          "type": "record",
          "name": "ConfirmedItem",
          "doc": "One product of a confirmed order.",
          "fields": [
            {
              "name": "productId",
              "type": "long",
              "doc": "Product number."
            },
            {
              "name": "quantity",
              "type": "int",
              "doc": "Units bought, at least 1."
            },
            {
              "name": "unitPrice",
              "type": "long",
              "doc": "Price of one unit when the order was placed, in minor units of the currency."
            }
          ]
        }
      },
      "doc": "What was bought: one entry per product."
    },
    {
      "name": "totalAmount",
      "type": "long",
      "doc": "What was paid, in minor units."
    },
    {
      "name": "placedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the order was placed."
    },
    {
      "name": "confirmedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the order was confirmed."
    }
  ]
} as const

