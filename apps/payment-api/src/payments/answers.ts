import { Problem, type Reply, type Streamed } from '@firstcome/service'
import { type Obstacle, type Payment, shown } from './payment.ts'

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
export function created(payment: Payment): Exclude<Reply, Streamed> {
  return { status: 201, headers: { Location: locationOf(payment) }, body: shown(payment) }
}

/** @throws {Problem} for every end but a payment that took the money */
export function answerTo(outcome: Payment | Obstacle): Reply {
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
