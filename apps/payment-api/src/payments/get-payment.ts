import { answer, problem, type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { z } from 'zod'
import { paymentNotFound } from './answers.ts'
import { shownPayment } from './documents.ts'
import { uuid } from './ids.ts'
import { shown } from './payment.ts'
import { readPayment } from './payments.ts'

/** A user's own payment; anybody else's does not exist. */
export function getPayment(db: Knex): Route {
  return route(
    {
      method: 'GET',
      path: '/api/payments/:paymentId',
      auth: 'user',
      operationId: 'getPayment',
      summary: 'A payment and what became of it',
      params: z.strictObject({
        paymentId: z.string().meta({ format: 'uuid', description: 'As `POST /api/payments` gave it.' }),
      }),
      answers: {
        200: answer('The payment.', shownPayment),
        404: problem({ PAYMENT_NOT_FOUND: 'There is no such payment, or it is somebody else’s.' }),
      },
    },
    async (request) => {
      // An id that is no UUID names no payment, just like one that nobody has: the same answer.
      const id = uuid.safeParse(request.params.paymentId).data
      const payment = id === undefined ? undefined : await readPayment(db, id)
      if (payment?.userId !== request.user.id) throw paymentNotFound()
      const times = {
        createdAt: payment.createdAt.toISOString(),
        settledAt: payment.settledAt?.toISOString() ?? null,
        refundedAt: payment.refundedAt?.toISOString() ?? null,
      }
      return { status: 200, body: { ...shown(payment), method: payment.method, ...times } }
    },
  )
}
