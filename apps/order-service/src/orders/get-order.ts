import { answer, Problem, problem, route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { shownOrder } from './documents.ts'
import { findOrder } from './orders.ts'

const params = z.strictObject({
  orderId: z.string().meta({ format: 'uuid', description: 'As `POST /api/orders` gave it.' }),
})

/** An order as its owner, or an admin, sees it. To anyone else it does not exist. */
export const getOrder = (db: Database) =>
  route(
    {
      method: 'GET',
      path: '/api/orders/:orderId',
      auth: 'user',
      operationId: 'getOrder',
      summary: 'An order and how it stands',
      params,
      answers: {
        200: answer('The order.', shownOrder),
        404: problem({ ORDER_NOT_FOUND: 'There is no such order, or it is somebody else’s.' }),
      },
    },
    async ({ params: { orderId }, user }) => {
      // An id that is no UUID names no order, just like one that nobody has: the same answer.
      const order = z.uuid().safeParse(orderId).success ? await findOrder(db, orderId) : undefined
      if (order === undefined || (order.userId !== user.id && !user.admin)) {
        throw new Problem(404, 'ORDER_NOT_FOUND', 'There is no such order.')
      }
      return { status: 200, body: order }
    },
  )
