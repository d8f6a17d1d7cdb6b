import { pathId, route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { saveProduct } from './price-list.ts'

const body = z.object({
  name: z.string().trim().min(1).max(200),
  price: z.number().int().min(0),
})

/** Sets a product's name and price, for orders placed from now on; a product that the shop does not have is added. */
export const putProduct = (db: Database) =>
  route(
    { method: 'PUT', path: '/api/products/:productId', auth: 'admin', params: z.object({ productId: pathId }), body },
    async ({ params, body }) => {
      const product = { ...params, ...body }
      const created = await saveProduct(db, product)
      return { status: created ? 201 : 200, body: product }
    },
  )
