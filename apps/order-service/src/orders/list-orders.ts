import { answer, limitOf, route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { orderPage } from './documents.ts'
import { ordersOf } from './orders.ts'

const query = z.object({
  cursor: z.uuid().optional().meta({ description: 'The `next` of the page before.' }),
  limit: limitOf({ most: 100, byDefault: 20 }),
})

/**
 * The user's own orders, newest first, page by page: `next` is the cursor of the page after this one, null on the last. What is
 * placed meanwhile belongs before the first page and moves nothing on the others.
 */
export const listOrders = (db: Database) =>
  route(
    {
      method: 'GET',
      path: '/api/orders',
      auth: 'user',
      operationId: 'listOrders',
      summary: 'One’s own orders, newest first',
      query,
      answers: { 200: answer('A page of orders.', orderPage) },
    },
    async ({ query: { cursor, limit }, user }) => {
      // One more shows whether there are more.
      const found = await ordersOf(db, user.id, { before: cursor, limit: limit + 1 })
      const items = found.slice(0, limit)
      return { status: 200, body: { items, next: found.length > limit ? items.at(-1)!.orderId : null } }
    },
  )
