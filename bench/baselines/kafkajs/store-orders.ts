import { orderConfirmed } from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import pg from 'pg'
import { connectConsumer, contractsOf, databaseUrl, given } from './client.ts'
import { CONCURRENCY, oneByOne } from './one-by-one.ts'

/** data-platform-sink's work: one order, one transaction of single-row statements. */
const ORDER = `
INSERT INTO order_facts (order_id, user_id, payment_id, total_amount, placed_at, confirmed_at, event_id, log_partition, log_offset)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
const ITEM = `
INSERT INTO order_item_facts (order_id, line, product_id, quantity, unit_price, confirmed_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`

const pool = new pg.Pool({ connectionString: databaseUrl, max: CONCURRENCY })
const [contracts, consumer] = await Promise.all([
  contractsOf([orderConfirmed]),
  connectConsumer(given('TOPIC_ORDER_CONFIRMED')),
])
await oneByOne(consumer, store)

async function store(message: KafkaMessage, partition: number): Promise<void> {
  const order = await contracts.decode(orderConfirmed, message.value)
  const { orderId, userId, paymentId, totalAmount, placedAt, confirmedAt } = order
  const db = await pool.connect()
  try {
    await db.query('BEGIN')
    await db.query(ORDER, [
      orderId,
      userId,
      paymentId,
      totalAmount,
      new Date(placedAt),
      new Date(confirmedAt),
      String(message.headers!.ce_id),
      partition,
      Number(message.offset),
    ])
    for (const [i, { productId, quantity, unitPrice }] of order.items.entries()) {
      await db.query(ITEM, [orderId, i + 1, productId, quantity, unitPrice, new Date(confirmedAt)])
    }
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    throw error
  } finally {
    db.release()
  }
}
