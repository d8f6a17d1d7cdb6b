import { until } from '../../measure/until.ts'
import { unitsOf } from './baskets.ts'
import { unitsOnBoard } from './boards.ts'
import type { Shop } from './shop.ts'
import type { PlacedOrder } from './trade.ts'

const PATIENCE = { timeoutMs: 120_000, pollMs: 2 }

/** Until all these orders are in the log as confirmed. */
export async function allConfirmed({ confirmations: { at } }: Shop, orders: PlacedOrder[]): Promise<void> {
  const missing = () => orders.filter(({ orderId }) => !at.has(orderId)).length
  await until('all orders to be confirmed', () => missing() === 0, { ...PATIENCE, told: () => `${missing()} are not` })
}

/**
 * Every one of these orders, and no other, was paid once, confirmed once and for its payment; stored once and counted once too
 * where `sideConsumers` have had their time. @throws naming what differs
 */
export async function checkOrders(
  shop: Shop,
  orders: PlacedOrder[],
  { sideConsumers }: { sideConsumers: boolean },
): Promise<void> {
  const { arena, confirmations } = shop
  const wrong: string[] = []
  const expect = (what: string, is: number, wanted: number) => {
    if (is !== wanted) wrong.push(`${what}: ${is} instead of ${wanted}`)
  }
  const count = orders.length
  const { paid, payments } = await arena
    .databaseOf('payment-api')
    .one<{ paid: number; payments: number }>(
      `select count(distinct order_id) filter (where status = 'COMPLETED')::int as paid, count(*)::int as payments from payments`,
    )
  expect('orders paid', paid, count)
  expect('payments', payments, count)
  const { confirmed, all } = await arena
    .databaseOf('order-service')
    .one<{ confirmed: number; all: number }>(
      `select count(*) filter (where status = 'CONFIRMED')::int as confirmed, count(*)::int as all from orders`,
    )
  expect('orders confirmed', confirmed, count)
  expect('orders', all, count)
  expect('orders confirmed in the log', orders.filter(({ orderId }) => confirmations.at.has(orderId)).length, count)
  expect('orders announced twice', confirmations.twice.size, 0)
  if (sideConsumers) {
    const facts = arena.databaseOf('data-platform-sink')
    const { stored, lines } = await facts.one<{ stored: number; lines: number }>(
      `select (select count(*)::int from order_facts) as stored, (select count(*)::int from order_item_facts) as lines`,
    )
    expect('orders stored', stored, count)
    expect('items stored', lines, 2 * count)
    const board = await unitsOnBoard(shop)
    for (const [productId, units] of unitsOf(orders.map(({ n }) => n))) {
      expect(`units of product ${productId} on the board`, board.get(productId) ?? 0, units)
    }
  }
  if (wrong.length > 0) throw new Error(`this is void: ${wrong.join('; ')}`)
}
