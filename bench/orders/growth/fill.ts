import { dropKeys } from '../../arena/redis-keys.ts'
import type { AppName } from '../../arena/services.ts'
import { allArrived, allPayable } from '../shop/arrivals.ts'
import {
  insertOrders,
  insertPayments,
  type PaidOrder,
  paidOrders,
  paidRecord,
  placedRecord,
  sendFor,
} from '../shop/backlog.ts'
import { allConfirmed } from '../shop/check.ts'
import type { Shop } from '../shop/shop.ts'
import type { PlacedOrder } from '../shop/trade.ts'

const CHUNK = 10_000

/**
 * More orders, in all tables and on all boards: those that a client's request writes are written here, and from the topics on the
 * services do what they do for any order.
 */
export async function fill(shop: Shop, first: number, count: number): Promise<PlacedOrder[]> {
  const orders = paidOrders(first, count)
  for (let at = 0; at < orders.length; at += CHUNK) await add(shop, orders.slice(at, at + CHUNK))
  // Orders that came over months would have been looked after long ago; what that costs is not what the next one costs.
  await everywhere(shop, 'VACUUM ANALYZE')
  return orders
}

async function add(shop: Shop, orders: PaidOrder[]): Promise<void> {
  const { kafka, databaseOf } = shop.arena
  const payment = databaseOf('payment-api')
  await Promise.all([insertOrders(databaseOf('order-service'), orders), sendFor(kafka, orders, placedRecord)])
  const ids = orders.map(({ orderId }) => orderId)
  await allPayable(shop, ids)
  await insertPayments(payment, orders)
  await sendFor(kafka, orders, paidRecord)
  await allConfirmed(shop, orders)
  await allArrived(shop, ids)
}

const tables: Partial<Record<AppName, string>> = {
  'order-service': 'orders, order_items, inbox',
  'payment-api': 'payments, payable_orders, idempotency_keys, inbox',
  'data-platform-sink': 'order_facts, order_item_facts',
}

/** As if nobody had ordered anything yet; the services run on, and stay warm. */
export async function empty(shop: Shop): Promise<void> {
  const { arena, confirmations } = shop
  await everywhere(shop, 'TRUNCATE')
  await dropKeys(arena.servers.redisUrl, arena.prefix)
  confirmations.at.clear()
}

async function everywhere({ arena }: Shop, command: 'VACUUM ANALYZE' | 'TRUNCATE'): Promise<void> {
  for (const [owner, names] of Object.entries(tables)) {
    await arena.databaseOf(owner as AppName).pool.query(`${command} ${names}`)
  }
}
