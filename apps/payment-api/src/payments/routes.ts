import { type Route, route } from '@firstcome/service'
import { z } from 'zod'
import { idempotent } from '../idempotency/idempotent.ts'
import { parseKey } from '../idempotency/key.ts'
import type { KeyTimes } from '../idempotency/keys.ts'
import type { Settlement } from '../settlement/ask.ts'
import { answerTo, created, finalCodes, paymentNotFound, unknownMethod } from './answers.ts'
import { type PayTimes, pay } from './pay.ts'
import { shown } from './payment.ts'
import { readPayment } from './payments.ts'

const uuid = z.uuid().transform((id) => id.toLowerCase())
const payBody = z.strictObject({ orderId: uuid, method: z.string().min(1).max(64) })

export interface PaymentsApi extends Settlement {
  times: PayTimes
  keyTimes: KeyTimes
}

export function paymentRoutes(api: PaymentsApi): Route[] {
  const { db, provider, keyTimes } = api

  const post = route({ method: 'POST', path: '/api/payments', auth: 'user', body: payBody }, async (request) => {
    const { body, user, raw } = request
    const key = parseKey(raw.req.headers['idempotency-key'])
    return idempotent(
      db,
      keyTimes,
      { userId: user.id, route: 'POST /api/payments', key, body, finalCodes },
      (attempt) => {
        if (!provider.methods.has(body.method)) throw unknownMethod(body.method, provider.methods)
        const parts = {
          ...api,
          keep: (trx: typeof db, payment: Parameters<typeof created>[0]) => attempt.keep(trx, created(payment)),
        }
        return pay(parts, { ...body, userId: user.id, signal: () => request.signal }, attempt).then(answerTo)
      },
    )
  })

  const get = route(
    { method: 'GET', path: '/api/payments/:paymentId', auth: 'user', params: z.strictObject({ paymentId: uuid }) },
    async ({ params, user }) => {
      const payment = await readPayment(db, params.paymentId)
      if (payment?.userId !== user.id) throw paymentNotFound()
      const { method, createdAt, settledAt, refundedAt } = payment
      return { status: 200, body: { ...shown(payment), method, createdAt, settledAt, refundedAt } }
    },
  )

  return [post, get]
}
