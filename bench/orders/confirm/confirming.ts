import { orderConfirmed } from '@firstcome/events'
import { readLog } from '../../arena/read-log.ts'
import { rateAfter } from '../../measure/rate.ts'
import { insertOrders, paidRecord, sendFor } from '../shop/backlog.ts'
import { compareBooks } from '../shop/books.ts'
import { shopEvents } from '../shop/shop.ts'
import type { Stage } from './stage.ts'

/** Payments become confirmed orders, which are announced. */
export const confirming: Stage = {
  title: 'Payments confirmed by order-service',
  service: 'order-service',
  baseline: 'confirm-orders',
  plan: { events: shopEvents, timed: [orderConfirmed], owners: ['order-service'] },
  everyMs: 100,
  async fill({ kafka, databaseOf }, orders) {
    await insertOrders(databaseOf('order-service'), orders)
    await databaseOf('order-service').pool.query('VACUUM ANALYZE orders, order_items')
    await sendFor(kafka, orders, paidRecord)
  },
  async done({ kafka }) {
    const offsets = await kafka.topicOffsets(orderConfirmed.topic)
    return offsets.reduce((sum, { low, high }) => sum + high - low, 0)
  },
  async figures(arena, orders, _, skip) {
    const announced = new Map<string, number>()
    let records = 0
    await readLog(arena, [arena.topicOf(orderConfirmed)], ({ key, timestamp }) => {
      announced.set(key!.toString(), Number(timestamp))
      records += 1
    })
    const { rows } = await arena
      .databaseOf('order-service')
      .pool.query<{ id: string; payment_id: string; settled_at: Date }>(
        "SELECT id, payment_id, settled_at FROM orders WHERE status = 'CONFIRMED'",
      )
    const paymentOf = new Map(rows.map(({ id, payment_id }) => [id, payment_id]))
    const count = orders.length
    const theirs = orders.filter(({ orderId, paymentId }) => paymentOf.get(orderId) === paymentId)
    compareBooks(
      { 'confirmed by their payment': theirs.length, announced: announced.size, records },
      { 'confirmed by their payment': count, announced: count, records: count },
    )
    return {
      'confirmed/s': rateAfter(
        rows.map(({ settled_at }) => settled_at.getTime()),
        skip,
      ),
      'announced/s': rateAfter([...announced.values()], skip),
    }
  },
}
