import { orderPlaced } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import { answer, bodyId, Problem, problem, route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { pricesOf } from '../products/price-list.ts'
import { placedOrder } from './documents.ts'
import { newOrder } from './orders.ts'
import { type Placement, place } from './place.ts'

const body = z
  .strictObject({
    items: z
      .array(z.strictObject({ productId: bodyId, quantity: z.int().min(1).max(1000) }))
      .min(1)
      .max(100),
  })
  .meta({ id: 'NewOrder', examples: [{ items: [{ productId: 1, quantity: 2 }] }] })

const answers = {
  201: answer('The order, at the prices of the shop.', placedOrder, { headers: ['Location'] }),
  422: problem(
    {
      PRODUCT_UNKNOWN: 'The shop does not have some of the products; see `productIds`.',
      AMOUNT_TOO_LARGE: 'The order would cost more than 9007199254740991 minor units.',
    },
    { members: z.object({ productIds: z.array(bodyId).min(1).optional() }) },
  ),
}

/** Takes an order at the shop's prices and announces it; the order and its announcement commit together. */
export const placeOrder = (db: Database, outbox: Outbox, now: () => number) =>
  route(
    {
      method: 'POST',
      path: '/api/orders',
      auth: 'user',
      operationId: 'placeOrder',
      summary: 'Places an order',
      description: 'The shop says what it costs. A product that is named twice is one entry of the order.',
      body,
      answers,
    },
    async ({ body, user }) => {
      const prices = await pricesOf(
        db,
        body.items.map((item) => item.productId),
      )
      const { order, event } = accepted(place({ orderId: uuidv7(), userId: user.id, ...body }, prices, now()))
      await outbox.addWith(db, newOrder(order), orderPlaced, event, { time: order.placedAt })

      const { orderId, status, totalAmount, items } = order
      return {
        status: 201,
        headers: { location: `/api/orders/${orderId}` },
        body: { orderId, status, totalAmount, items },
      }
    },
  )

function accepted(placement: Placement): Extract<Placement, { kind: 'placed' }> {
  switch (placement.kind) {
    case 'placed':
      return placement
    case 'unknown-products': {
      const { productIds } = placement
      throw new Problem(422, 'PRODUCT_UNKNOWN', `The shop has no product ${productIds.join(', ')}.`, { productIds })
    }
    case 'amount-too-large':
      throw new Problem(422, 'AMOUNT_TOO_LARGE', 'An order may not cost more than 9007199254740991 minor units.')
  }
}
