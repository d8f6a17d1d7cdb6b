import { answer, Problem, problem } from '@firstcome/service'
import { z } from 'zod'
import { completedPayment } from './documents.ts'
import type { Obstacle, Payment } from './payment.ts'

const retryAfter = { 'Retry-After': '1' }

/** What stays true of a request however often it is repeated under its Idempotency-Key. */
export const finalCodes: ReadonlySet<string> = new Set([
  'PAYMENT_DECLINED',
  'PAYMENT_METHOD_UNKNOWN',
  'ORDER_ALREADY_PAID',
  'ORDER_NOT_PAYABLE',
])

export const unknownMethod = (method: string, known: Iterable<string>) =>
  new Problem(422, 'PAYMENT_METHOD_UNKNOWN', `There is no payment method "${method}".`, { methods: [...known] })

export const paymentNotFound = () => new Problem(404, 'PAYMENT_NOT_FOUND', 'You have no such payment.')

/** The answer to a payment that was made. */
export function created(payment: Payment) {
  const { paymentId, orderId, amount } = payment
  // Where the money went back since, an attempt that is resumed can say so.
  const status = payment.status === 'REFUNDED' ? ('REFUNDED' as const) : ('COMPLETED' as const)
  return {
    status: 201 as const,
    headers: { Location: locationOf(payment) },
    body: { paymentId, orderId, status, amount } satisfies z.infer<typeof completedPayment>,
  }
}

export type Created = ReturnType<typeof created>

/** @throws {Problem} for every end but a payment that took the money */
export function answerTo(outcome: Payment | Obstacle): Created {
  if (typeof outcome === 'string') throw refusal[outcome]()
  switch (outcome.status) {
    case 'DECLINED':
      throw new Problem(402, 'PAYMENT_DECLINED', 'The payment was declined. The order can be paid another way.', {
        paymentId: outcome.paymentId,
      })
    case 'PENDING':
      throw new Problem(
        504,
        'PAYMENT_OUTCOME_UNKNOWN',
        'The payment provider has not answered. The payment is looked after; ask for it, and do not pay again.',
        { paymentId: outcome.paymentId, headers: { Location: locationOf(outcome), ...retryAfter } },
      )
    default:
      return created(outcome)
  }
}

const locationOf = ({ paymentId }: Payment) => `/api/payments/${paymentId}`

const orderNotFound = () => new Problem(404, 'ORDER_NOT_FOUND', 'You have no such order.')

const refusal: Record<Obstacle, () => Problem> = {
  UNKNOWN: orderNotFound,
  // The same words: whether somebody else's order exists is not told.
  NOT_YOURS: orderNotFound,
  PAID: () => new Problem(409, 'ORDER_ALREADY_PAID', 'This order has been paid.'),
  CLOSED: () => new Problem(409, 'ORDER_NOT_PAYABLE', 'This order was rejected and can not be paid.'),
  IN_PROGRESS: () =>
    new Problem(409, 'PAYMENT_IN_PROGRESS', 'Another payment for this order has no outcome yet.', {
      headers: retryAfter,
    }),
  INTERRUPTED: () =>
    new Problem(503, 'UNAVAILABLE', 'The service stops, and nothing has been paid. Try again.', {
      headers: retryAfter,
    }),
}

const paymentId = z.object({ paymentId: z.uuid().optional() })
const repeated = 'Idempotent-Replayed?'

/** All that a payment can be answered with, as the reference has it. */
export const paymentAnswers = {
  201: answer('The order is paid.', completedPayment, { headers: ['Location', repeated] }),
  400: problem({ IDEMPOTENCY_KEY_MALFORMED: 'The Idempotency-Key is none, or was sent twice.' }),
  402: problem(
    { PAYMENT_DECLINED: 'The provider declined it. The order can be paid another way, under another key.' },
    { members: paymentId, headers: [repeated] },
  ),
  404: problem({ ORDER_NOT_FOUND: 'There is no such order, or it is somebody else’s.' }),
  409: [
    problem(
      {
        ORDER_ALREADY_PAID: 'The order has been paid.',
        ORDER_NOT_PAYABLE: 'The order was rejected; nothing was taken for it.',
      },
      { headers: [repeated] },
    ),
    problem(
      {
        PAYMENT_IN_PROGRESS: 'Another payment for this order has no outcome yet.',
        IDEMPOTENCY_KEY_IN_FLIGHT: 'A request with this Idempotency-Key is being worked on.',
      },
      { headers: ['Retry-After'] },
    ),
  ],
  422: [
    problem(
      { PAYMENT_METHOD_UNKNOWN: 'There is no such payment method; `methods` are those that there are.' },
      { members: z.object({ methods: z.array(z.string()).optional() }), headers: [repeated] },
    ),
    problem({ IDEMPOTENCY_KEY_REUSED: 'This Idempotency-Key came with another body before.' }),
  ],
  504: problem(
    {
      PAYMENT_OUTCOME_UNKNOWN:
        'The provider has not said whether it took the money. It is asked until it does: look at the payment, and do not pay again.',
    },
    { members: paymentId, headers: ['Location', 'Retry-After'] },
  ),
}
