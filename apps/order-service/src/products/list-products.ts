import { answer, limitOf, pathId, route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { productPage } from './documents.ts'
import { productsAfter } from './price-list.ts'

const query = z.object({
  after: pathId.optional().meta({ description: 'The `next` of the page before.' }),
  limit: limitOf({ most: 200, byDefault: 50 }),
})

/** The price list, for everybody, page by page: `next` is what to ask for `after` to go on, null at the end. */
export const listProducts = (db: Database) =>
  route(
    {
      method: 'GET',
      path: '/api/products',
      auth: 'public',
      operationId: 'listProducts',
      summary: 'The price list, by product number',
      query,
      answers: { 200: answer('A page of products.', productPage) },
    },
    async ({ query: { after = 0, limit } }) => {
      const found = await productsAfter(db, after, limit + 1)
      const items = found.slice(0, limit)
      return { status: 200, body: { items, next: found.length > limit ? items.at(-1)!.productId : null } }
    },
  )
