import { orderConfirmed } from '@firstcome/events'
import { rateAfter } from '../../measure/rate.ts'
import { confirmedRecord, sendFor } from '../shop/backlog.ts'
import { compareBooks } from '../shop/books.ts'
import type { Stage } from './stage.ts'

/** Confirmed orders become facts. */
export const storing: Stage = {
  title: 'Confirmed orders stored by data-platform-sink',
  service: 'data-platform-sink',
  baseline: 'store-orders',
  plan: { events: [orderConfirmed], timed: [], owners: ['data-platform-sink'] },
  everyMs: 100,
  async fill({ kafka, databaseOf }, orders) {
    // The service makes the month that it needs; it is there for the baseline as well.
    await databaseOf('data-platform-sink').pool.query('SELECT add_facts_month(now()::date)')
    await sendFor(kafka, orders, confirmedRecord)
  },
  async done({ databaseOf }) {
    const facts = databaseOf('data-platform-sink')
    return (await facts.one<{ stored: number }>('SELECT count(*)::int AS stored FROM order_facts')).stored
  },
  async figures({ databaseOf }, orders, _, skip) {
    const facts = databaseOf('data-platform-sink')
    const { rows } = await facts.pool.query<{ order_id: string; at: number }>(
      'SELECT order_id, extract(epoch FROM stored_at)::float8 * 1000 AS at FROM order_facts',
    )
    const { lines } = await facts.one<{ lines: number }>('SELECT count(*)::int AS lines FROM order_item_facts')
    const stored = new Set(rows.map((row) => row.order_id))
    const count = orders.length
    compareBooks(
      { rows: rows.length, stored: orders.filter(({ orderId }) => stored.has(orderId)).length, lines },
      { rows: count, stored: count, lines: 2 * count },
    )
    return {
      'stored/s': rateAfter(
        rows.map(({ at }) => at),
        skip,
      ),
    }
  },
}
