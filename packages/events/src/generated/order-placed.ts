// Generated from schemas/orders/order-placed.avsc: edit that, then run `npm run generate`.

/** A customer placed an order; it waits for its payment. */
export interface OrderPlaced {
  /** Order, UUIDv7. */
  orderId: string
  /** The customer. */
  userId: number
  /** What was bought: one entry per product. */
  items: OrderedItem[]
  /** What the order costs, in minor units: the only amount a payment may take. */
  totalAmount: number
  /** When the order was placed. Epoch milliseconds. */
  placedAt: number
}

/** One product of an order. */
export interface OrderedItem {
  /** Product number. */
  productId: number
  /** Units bought, at least 1. */
  quantity: number
  /** Price of one unit when the order was placed, in minor units of the currency. */
  unitPrice: number
}

/** The contract of OrderPlaced, as it is registered. */

export const orderPlacedSchema = {
  "type": "record",
  "namespace": "firstcome.orders",
  "name": "OrderPlaced",
  "doc": "A customer placed an order; it waits for its payment.",
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
      "name": "items",
      "type": {
        "type": "array",
        "items": {
          "type": "record",
          "name": "OrderedItem",
          "doc": "One product of an order.",
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
      "doc": "What the order costs, in minor units: the only amount a payment may take."
    },
    {
      "name": "placedAt",
      "type": {
        "type": "long",
        "logicalType": "timestamp-millis"
      },
      "doc": "When the order was placed."
    }
  ]
} as const

