import { type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { z } from 'zod'
import { paymentNotFound } from './answers.ts'
import { uuid } from './ids.ts'
import { shown } from './payment.ts'
import { readPayment } from './payments.ts'

/** A user's own payment; anybody else's does not exist. */
export function getPayment(db: Knex): Route {
  const params = z.strictObject({ paymentId: z.string() })

  return route({ method: 'GET', path: '/api/payments/:paymentId', auth: 'user', params }, async (request) => {
    // An id that is no UUID names no payment, just like one that nobody has: the same answer.
    const id = uuid.safeParse(request.params.paymentId).data
    const payment = id === undefined ? undefined : await readPayment(db, id)
    if (payment?.userId !== request.user.id) throw paymentNotFound()
    const { method, createdAt, settledAt, refundedAt } = payment
    return { status: 200, body: { ...shown(payment), method, createdAt, settledAt, refundedAt } }
  })
}
