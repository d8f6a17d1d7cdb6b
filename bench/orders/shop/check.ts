import { until } from '../../measure/until.ts'
import { unitBooks, unitsOf } from './baskets.ts'
import { unitsOnBoard } from './boards.ts'
import { type Books, compareBooks } from './books.ts'
import type { Shop } from './shop.ts'
import type { PlacedOrder } from './trade.ts'

/** Until all these orders are in the log as confirmed. */
export async function allConfirmed({ confirmations: { at } }: Shop, orders: PlacedOrder[]): Promise<void> {
  let confirmed = 0
  await until(
    'all orders to be confirmed',
    () => {
      while (confirmed < orders.length && at.has(orders[confirmed]!.orderId)) confirmed += 1
      return confirmed === orders.length
    },
    { timeoutMs: 120_000, pollMs: 2, told: () => `${orders.filter(({ orderId }) => !at.has(orderId)).length} are not` },
  )
}

/**
 * Every one of these orders, and no other, was paid once, confirmed once and announced once; stored once and counted once too where
 * `sideConsumers` have had their time. @throws naming what differs
 */
export async function checkOrders(
  shop: Shop,
  orders: PlacedOrder[],
  { sideConsumers }: { sideConsumers: boolean },
): Promise<void> {
  const { at, twice } = shop.confirmations
  const count = orders.length
  const found: Books = {
    ...(await paidAndConfirmed(shop)),
    announced: orders.filter(({ orderId }) => at.has(orderId)).length,
    'announced twice': twice.size,
  }
  const wanted: Books = {
    paid: count,
    payments: count,
    orders: count,
    confirmed: count,
    announced: count,
    'announced twice': 0,
  }
  if (!sideConsumers) return compareBooks(found, wanted)
  const sold = unitBooks(unitsOf(orders.map(({ n }) => n)))
  compareBooks(
    { ...found, ...(await stored(shop)), ...unitBooks(await unitsOnBoard(shop)) },
    { ...wanted, stored: count, 'items stored': 2 * count, ...sold },
  )
}

async function paidAndConfirmed({ arena }: Shop): Promise<Books> {
  const payments = await arena.databaseOf('payment-api').one<Books>(
    `SELECT count(DISTINCT order_id) FILTER (WHERE status = 'COMPLETED')::int AS paid, count(*)::int AS payments
       FROM payments`,
  )
  const orders = await arena
    .databaseOf('order-service')
    .one<Books>(
      `SELECT count(*)::int AS orders, count(*) FILTER (WHERE status = 'CONFIRMED')::int AS confirmed FROM orders`,
    )
  return { ...payments, ...orders }
}

const stored = ({ arena }: Shop): Promise<Books> =>
  arena.databaseOf('data-platform-sink').one<Books>(
    `SELECT (SELECT count(*)::int FROM order_facts) AS stored,
            (SELECT count(*)::int FROM order_item_facts) AS "items stored"`,
  )
