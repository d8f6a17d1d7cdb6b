import type { Knex } from 'knex'
import type { PendingOrder } from '../src/orders/order.ts'
import { newOrder } from '../src/orders/orders.ts'

/** Places an order without telling anybody. */
export async function insertOrder(db: Knex, order: PendingOrder): Promise<void> {
  const { sql, bindings } = newOrder(order)
  await db.raw(`with ${sql} select`, bindings)
}
