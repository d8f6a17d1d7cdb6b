import { type Route, route } from '@firstcome/service'
import { z } from 'zod'
import { idempotent } from '../idempotency/idempotent.ts'
import { parseKey } from '../idempotency/key.ts'
import type { KeyTimes } from '../idempotency/keys.ts'
import type { Settlement } from '../settlement/ask.ts'
import { answerTo, created, finalCodes, unknownMethod } from './answers.ts'
import { uuid } from './ids.ts'
import { type PayTimes, pay } from './pay.ts'

const payment = z.strictObject({ orderId: uuid, method: z.string().min(1).max(64) })

export interface PaymentsApi extends Settlement {
  times: PayTimes
  keyTimes: KeyTimes
}

/** Pays an order. Never waits for Kafka: the event leaves through the outbox. */
export function postPayment(api: PaymentsApi): Route {
  const { db, provider, keyTimes } = api
  const spec = { method: 'POST', path: '/api/payments', auth: 'user', body: payment } as const

  return route(spec, async (request) => {
    const { body, user, log, raw } = request
    const key = parseKey(raw.req.headersDistinct['idempotency-key'])
    const repeatable = { userId: user.id, route: 'POST /api/payments', key, body, finalCodes }

    return idempotent(db, keyTimes, repeatable, async (attempt) => {
      if (!provider.methods.has(body.method)) throw unknownMethod(body.method, provider.methods)
      const outcome = await pay(
        { ...api, keep: (completed) => attempt.keep(created(completed)) },
        { ...body, userId: user.id, signal: () => request.signal, log },
        attempt.subjectId,
      )
      return answerTo(outcome)
    })
  })
}
