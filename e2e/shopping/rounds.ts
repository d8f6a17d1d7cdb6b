import { type Latency, latencyOf } from '@firstcome/local/rush'
import { waitFor } from '@firstcome/testing'
import { query } from '../system.ts'
import { type Shopping, startShopping } from './buyers.ts'
import { ms } from './report.ts'

/** What the buyers of one or more rounds had to wait for, in ms. */
export interface Waits {
  /** From the payment to its answer. */
  pay: number[]
  /** From the payment to the confirmation of the order, as order-service wrote it down: by the same clock. */
  confirm: number[]
}

export interface Round extends Waits {
  shopping: Shopping
}

const settledSql = `
  SELECT id, (extract(epoch FROM settled_at) * 1000)::float8 AS at FROM orders
  WHERE status = 'CONFIRMED' AND user_id BETWEEN $1 AND $2`

/** Some people buy, with cards that are good; resolves when all that they paid is confirmed. */
export async function round(orders: number): Promise<Round> {
  const shopping = startShopping({ orders, clients: 8, users: 20, how: () => 'card' })
  await shopping.over
  const { purchases, users } = shopping
  const confirmed = await waitFor('every order to be confirmed', async () => {
    const rows = await query<{ id: string; at: number }>('orders', settledSql, ...users)
    return rows.length === purchases.length && new Map(rows.map(({ id, at }) => [id, at]))
  })
  return {
    shopping,
    pay: purchases.map(({ payMs }) => payMs),
    confirm: purchases.map(({ orderId, payAt }) => confirmed.get(orderId)! - payAt),
  }
}

export function describeWaits(waits: Waits[]): string {
  const [pay, confirm] = [waits.flatMap((one) => one.pay), waits.flatMap((one) => one.confirm)].map(latencyOf)
  return `payment ${shown(pay!)}; payment to confirmation ${shown(confirm!)} (${pay!.count} orders)`
}

const shown = ({ p50, p99 }: Latency) => `p50 ${ms(p50)}, p99 ${ms(p99)}`
