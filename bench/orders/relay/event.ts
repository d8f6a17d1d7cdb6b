import { type OrderConfirmed, orderConfirmed } from '@firstcome/events'
import type { Kafka } from '@firstcome/kafka'
import { v7 as uuidv7 } from 'uuid'
import { pricedBasketOf } from '../shop/baskets.ts'

/** Orders that a backlog speaks of: each has many events, whose order must stay. */
const ORDERS = 500
const orderIds = Array.from({ length: ORDERS }, () => uuidv7())

/** The n-th event that somebody publishes: an order of a usual size. Its envelope says which one it is, and when it was made. */
export function eventNumber(
  n: number,
): [event: typeof orderConfirmed, value: OrderConfirmed, envelope: { time: number; correlationId: string }] {
  const items = pricedBasketOf(n)
  const now = Date.now()
  const value: OrderConfirmed = {
    orderId: orderIds[n % ORDERS]!,
    userId: 1 + (n % 1000),
    paymentId: uuidv7(),
    items,
    totalAmount: items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    placedAt: now,
    confirmedAt: now,
  }
  return [orderConfirmed, value, { time: now, correlationId: String(n) }]
}

export const recordNumber = (kafka: Pick<Kafka, 'encode'>, n: number) => kafka.encode(...eventNumber(n))

/** What `eventNumber` has left in a record's headers. */
export interface Mark {
  n: number
  /** Epoch milliseconds. */
  madeAt: number
}

export function markOf(headers: Record<string, unknown> = {}): Mark {
  return { n: Number(String(headers['correlation-id'])), madeAt: Date.parse(String(headers.ce_time)) }
}
