import type { OrderedItem, OrderRejectionReason } from '@firstcome/events'
import type { Change } from '@firstcome/outbox'
import type { Transaction } from '@firstcome/stores/postgres'
import type { Knex } from 'knex'
import type { Order, PendingOrder } from './order.ts'

/** The order, or undefined. */
export async function findOrder(db: Knex, orderId: string): Promise<Order | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(`${SELECT} where id = ?`, [orderId])
  return rows[0] && toOrder(rows[0])
}

/**
 * Those of the orders that there are, each once, locked until `trx` ends: changes of one order, and so its events, happen one
 * after the other. The locks are taken in the order of the ids, so that two transactions never wait for each other in a circle.
 */
export async function lockOrders(trx: Transaction, orderIds: string[]): Promise<Order[]> {
  const { rows } = await trx.raw<{ rows: Row[] }>(`${SELECT} where id = any(?::uuid[]) order by id for update`, [
    orderIds,
  ])
  return rows.map(toOrder)
}

/** The user's own orders, newest first, from the one before `before` on. */
export async function ordersOf(
  db: Knex,
  userId: number,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<Order[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `${SELECT} where user_id = :userId and (cast(:before as uuid) is null or id < :before) order by id desc limit :limit`,
    { userId, before: before ?? null, limit },
  )
  return rows.map(toOrder)
}

/**
 * Ends orders that were placed before `before` and still wait for their payment, at most so many, oldest first. One that is being
 * paid at this moment is passed over. Returns their ids.
 */
export async function expireOrders(
  db: Knex,
  { before, atMost, now }: { before: Date; atMost: number; now: Date },
): Promise<string[]> {
  const reason: OrderRejectionReason = 'ORDER_EXPIRED'
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `update orders set status = 'REJECTED', rejection = :reason, settled_at = :now
      where id = any(array(
        select id from orders where status = 'PENDING_PAYMENT' and placed_at < :before
         order by placed_at limit :atMost for update skip locked))
     returning id`,
    { reason, before, atMost, now },
  )
  return rows.map(({ id }) => id)
}

/** A new order with its items, for the statement that announces it as well. */
export function newOrder({ orderId, userId, status, totalAmount, placedAt, items }: PendingOrder): Change {
  return {
    sql: `placed as (
        insert into orders (id, user_id, status, total_amount, placed_at) values (?, ?, ?, ?, ?) returning id
      ), contents as (
        insert into order_items (order_id, product_id, quantity, unit_price)
        select placed.id, item.* from placed, unnest(?::bigint[], ?::integer[], ?::bigint[]) as item
      )`,
    bindings: [
      ...[orderId, userId, status, totalAmount, new Date(placedAt)],
      items.map((item) => item.productId),
      items.map((item) => item.quantity),
      items.map((item) => item.unitPrice),
    ],
  }
}

/** Stores the ends of orders, in one round trip; none makes none. What was placed never changes. */
export async function saveOutcomes(trx: Transaction, orders: Exclude<Order, PendingOrder>[]): Promise<void> {
  if (orders.length === 0) return
  await trx.raw(
    `update orders set status = outcome.status, settled_at = outcome.settled_at,
       payment_id = case outcome.status when 'CONFIRMED' then outcome.cause::uuid end,
       rejection = case outcome.status when 'REJECTED' then outcome.cause end
     from unnest(?::uuid[], ?::text[], ?::timestamptz[], ?::text[]) as outcome (order_id, status, settled_at, cause)
     where orders.id = outcome.order_id`,
    [
      orders.map((order) => order.orderId),
      orders.map((order) => order.status),
      orders.map((order) => new Date(order.status === 'CONFIRMED' ? order.confirmedAt : order.rejectedAt)),
      orders.map((order) => (order.status === 'CONFIRMED' ? order.paymentId : order.reason)),
    ],
  )
}

interface Row {
  id: string
  user_id: number
  status: Order['status']
  total_amount: number
  placed_at: Date
  payment_id: string | null
  settled_at: Date | null
  rejection: OrderRejectionReason | null
  items: OrderedItem[]
}

const SELECT = `
select *, (
  select json_agg(json_build_object('productId', product_id, 'quantity', quantity, 'unitPrice', unit_price)
                  order by product_id)
  from order_items where order_id = orders.id
) as items
from orders`

function toOrder(row: Row): Order {
  const placed = {
    orderId: row.id,
    userId: row.user_id,
    items: row.items,
    totalAmount: row.total_amount,
    placedAt: row.placed_at.getTime(),
  }
  // The checks of the table say which columns a status comes with.
  switch (row.status) {
    case 'PENDING_PAYMENT':
      return { ...placed, status: row.status }
    case 'CONFIRMED':
      return { ...placed, status: row.status, paymentId: row.payment_id!, confirmedAt: row.settled_at!.getTime() }
    case 'REJECTED':
      return { ...placed, status: row.status, reason: row.rejection!, rejectedAt: row.settled_at!.getTime() }
  }
}
