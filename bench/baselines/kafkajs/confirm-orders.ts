import { orderConfirmed, paymentCompleted } from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { relayRows } from '../outbox/relay.ts'
import { connectConsumer, connectProducer, contractsOf, databaseUrl, given } from './client.ts'
import { CONCURRENCY, oneByOne } from './one-by-one.ts'

/** order-service's work: one payment, one transaction of single-row statements; what it announces leaves row by row. */
const INBOX = 'INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING'
const ORDER = 'SELECT user_id, total_amount, placed_at, status FROM orders WHERE id = $1 FOR UPDATE'
const ITEMS = 'SELECT product_id, quantity, unit_price FROM order_items WHERE order_id = $1 ORDER BY product_id'
const CONFIRM = "UPDATE orders SET status = 'CONFIRMED', payment_id = $2, settled_at = $3 WHERE id = $1"
const ANNOUNCE =
  'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ($1, $2, $3, $4, $5, $6)'

const pool = new pg.Pool({ connectionString: databaseUrl, max: CONCURRENCY + 1 })
const [contracts, consumer, producer] = await Promise.all([
  contractsOf([paymentCompleted, orderConfirmed]),
  connectConsumer(given('TOPIC_PAYMENT_COMPLETED')),
  connectProducer(),
])
void relayRows(pool, producer, given('KAFKA_PREFIX'))
await oneByOne(consumer, confirm)

async function confirm(message: KafkaMessage): Promise<void> {
  const { orderId, paymentId, amount } = await contracts.decode(paymentCompleted, message.value)
  const db = await pool.connect()
  try {
    await db.query('BEGIN')
    const fresh = await db.query(INBOX, [String(message.headers!.ce_id)])
    const order = fresh.rowCount === 1 ? (await db.query(ORDER, [orderId])).rows[0] : undefined
    if (order?.status === 'PENDING_PAYMENT' && Number(order.total_amount) === amount) {
      const items = (await db.query(ITEMS, [orderId])).rows
      const confirmedAt = new Date()
      await db.query(CONFIRM, [orderId, paymentId, confirmedAt])
      const payload = contracts.encode(orderConfirmed, {
        orderId,
        paymentId,
        userId: Number(order.user_id),
        items: items.map(({ product_id, quantity, unit_price }) => ({
          productId: Number(product_id),
          quantity,
          unitPrice: Number(unit_price),
        })),
        totalAmount: amount,
        placedAt: order.placed_at.getTime(),
        confirmedAt: confirmedAt.getTime(),
      })
      const id = uuidv7()
      const headers = { ce_id: id, ce_type: orderConfirmed.type, ce_time: confirmedAt.toISOString() }
      await db.query(ANNOUNCE, [
        id,
        orderConfirmed.topic,
        orderId,
        orderConfirmed.type,
        payload,
        JSON.stringify(headers),
      ])
    }
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    throw error
  } finally {
    db.release()
  }
}
