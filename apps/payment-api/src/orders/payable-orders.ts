import type { OrderPlaced } from '@firstcome/events'
import type { Knex } from 'knex'

/** One statement for a batch. An order never changes once placed, so one that is known is left alone. */
export async function addPayableOrders(db: Knex, orders: OrderPlaced[]): Promise<void> {
  await db.raw(
    `insert into payable_orders (order_id, user_id, amount, placed_at)
     select order_id, user_id, amount, to_timestamp(placed_at)
     from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::float8[]) as t (order_id, user_id, amount, placed_at)
     on conflict do nothing`,
    [
      orders.map((order) => order.orderId),
      orders.map((order) => order.userId),
      orders.map((order) => order.totalAmount),
      orders.map((order) => order.placedAt / 1000),
    ],
  )
}

/** Nothing may be paid for this order from now on. */
export async function closeOrder(db: Knex, orderId: string): Promise<void> {
  await db('payable_orders').where({ order_id: orderId }).whereNull('closed_at').update({ closed_at: db.fn.now() })
}
