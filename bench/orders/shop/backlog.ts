import { orderConfirmed, orderPlaced, paymentCompleted } from '@firstcome/events'
import type { EncodedRecord, Kafka } from '@firstcome/kafka'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../../arena/database.ts'
import { type BasketItem, pricedBasketOf } from './baskets.ts'
import type { PlacedOrder } from './trade.ts'

/** An order that was paid although nobody asked over HTTP: what lies in tables and topics when a service starts. */
export interface PaidOrder extends PlacedOrder {
  userId: number
  paymentId: string
  items: (BasketItem & { unitPrice: number })[]
  totalAmount: number
  /** Epoch milliseconds. */
  at: number
}

/** Orders number `first` and on. */
export function paidOrders(first: number, count: number): PaidOrder[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i
    const items = pricedBasketOf(n)
    return {
      n,
      orderId: uuidv7(),
      userId: 1 + (n % 500),
      paymentId: uuidv7(),
      items,
      totalAmount: items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
      at: Date.now(),
    }
  })
}

/** As order-service leaves them when they have been placed. */
export async function insertOrders({ pool }: Database, orders: PaidOrder[]): Promise<void> {
  await inChunks(orders, async (some) => {
    const lines = some.flatMap(({ orderId, items }) => items.map((item) => ({ orderId, ...item })))
    await pool.query(
      `WITH placed AS (
         INSERT INTO orders (id, user_id, status, total_amount, placed_at)
         SELECT id, user_id, 'PENDING_PAYMENT', total_amount, to_timestamp(placed_at / 1000.0)
           FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::float8[]) AS o (id, user_id, total_amount, placed_at)
       )
       INSERT INTO order_items (order_id, product_id, quantity, unit_price)
       SELECT * FROM unnest($5::uuid[], $6::bigint[], $7::integer[], $8::bigint[])`,
      [
        some.map(({ orderId }) => orderId),
        some.map(({ userId }) => userId),
        some.map(({ totalAmount }) => totalAmount),
        some.map(({ at }) => at),
        lines.map(({ orderId }) => orderId),
        lines.map(({ productId }) => productId),
        lines.map(({ quantity }) => quantity),
        lines.map(({ unitPrice }) => unitPrice),
      ],
    )
  })
}

/** As payment-api leaves them when they have been paid, each under a key; it knows the orders already. */
export async function insertPayments({ pool }: Database, orders: PaidOrder[]): Promise<void> {
  await inChunks(orders, (some) =>
    pool.query(
      `WITH paid AS (
         INSERT INTO payments (payment_id, order_id, user_id, amount, method, status, settled_at)
         SELECT payment_id, order_id, user_id, amount, 'card', 'COMPLETED', now()
           FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS p (payment_id, order_id, user_id, amount)
         RETURNING payment_id, order_id, user_id
       )
       INSERT INTO idempotency_keys
         (user_id, route, key, fingerprint, subject_id, owner, leased_until, answer, expires_at)
       SELECT user_id, 'POST /api/payments', gen_random_uuid()::text, sha256(order_id::text::bytea), payment_id,
              gen_random_uuid(), now(), jsonb_build_object('status', 201, 'body', payment_id), now() + interval '1 day'
         FROM paid`,
      [
        some.map(({ paymentId }) => paymentId),
        some.map(({ orderId }) => orderId),
        some.map(({ userId }) => userId),
        some.map(({ totalAmount }) => totalAmount),
      ],
    ),
  )
}

type Encode = (kafka: Kafka, order: PaidOrder) => EncodedRecord

export const placedRecord: Encode = (kafka, { orderId, userId, items, totalAmount, at }) =>
  kafka.encode(orderPlaced, { orderId, userId, items, totalAmount, placedAt: at })

export const paidRecord: Encode = (kafka, { orderId, userId, paymentId, totalAmount, at }) =>
  kafka.encode(paymentCompleted, { orderId, userId, paymentId, amount: totalAmount, method: 'card', completedAt: at })

export const confirmedRecord: Encode = (kafka, { orderId, userId, paymentId, items, totalAmount, at }) =>
  kafka.encode(orderConfirmed, { orderId, userId, paymentId, items, totalAmount, placedAt: at, confirmedAt: at })

/** Writes a record for each order; resolves when all are acknowledged. */
export async function sendFor(kafka: Kafka, orders: PaidOrder[], encode: Encode): Promise<void> {
  await inChunks(orders, (some) => kafka.sendRecords(some.map((order) => encode(kafka, order))))
}

const CHUNK = 1_000

async function inChunks(orders: PaidOrder[], work: (some: PaidOrder[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < orders.length; at += CHUNK) await work(orders.slice(at, at + CHUNK))
}
