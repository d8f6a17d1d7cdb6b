import { answer, pathId, route, text } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { product } from './documents.ts'
import { saveProduct } from './price-list.ts'

const body = z
  .object({
    name: text(200),
    price: z.int().min(0).meta({ description: 'Of one unit, in minor units of the currency.' }),
  })
  .meta({ id: 'ProductPrice', examples: [{ name: 'Tea pot', price: 2490 }] })

/** Sets a product's name and price, for orders placed from now on; a product that the shop does not have is added. */
export const putProduct = (db: Database) =>
  route(
    {
      method: 'PUT',
      path: '/api/products/:productId',
      auth: 'admin',
      operationId: 'putProduct',
      summary: 'Sets a product’s name and price',
      description: 'For orders that are placed from now on; those that were placed keep their prices.',
      params: z.object({ productId: pathId }),
      body,
      answers: { 200: answer('It was changed.', product), 201: answer('It was added.', product) },
    },
    async ({ params, body }) => {
      const saved = { ...params, ...body }
      const created = await saveProduct(db, saved)
      return { status: created ? 201 : 200, body: saved }
    },
  )
