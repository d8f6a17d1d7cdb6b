import { idempotencyKeyLine, type Route, route, text } from '@firstcome/service'
import { z } from 'zod'
import { idempotent } from '../idempotency/idempotent.ts'
import { parseKey } from '../idempotency/key.ts'
import type { KeyTimes } from '../idempotency/keys.ts'
import type { Settlement } from '../settlement/ask.ts'
import { answerTo, created, finalCodes, paymentAnswers, unknownMethod } from './answers.ts'
import { uuid } from './ids.ts'
import { type PayTimes, pay } from './pay.ts'

const payment = z
  .strictObject({
    orderId: uuid,
    method: text(64).meta({ description: 'What to pay with.', examples: ['card'] }),
  })
  .meta({ id: 'NewPayment', examples: [{ orderId: '019aa5f2-0b5d-7a10-8c3e-5d1f7e9b2a64', method: 'card' }] })

export interface PaymentsApi extends Settlement {
  times: PayTimes
  keyTimes: KeyTimes
}

/** Pays an order. Never waits for Kafka: the event leaves through the outbox. */
export function postPayment(api: PaymentsApi): Route {
  const { db, provider, keyTimes } = api

  return route(
    {
      method: 'POST',
      path: '/api/payments',
      auth: 'user',
      operationId: 'payOrder',
      summary: 'Pays an order',
      description:
        'The amount is the order’s. An order that was placed a moment ago is waited for. With an `Idempotency-Key` a request can be repeated until it is answered, and the money is taken once.',
      // Only described here: it has to be looked at line by line, which the parsed headers do not show.
      headers: z.object({ 'idempotency-key': idempotencyKeyLine.optional() }),
      body: payment,
      answers: paymentAnswers,
    },
    async (request) => {
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
    },
  )
}
