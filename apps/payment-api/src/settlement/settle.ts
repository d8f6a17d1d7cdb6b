import { paymentCompleted } from '@firstcome/events'
import type { Change, Outbox } from '@firstcome/outbox'
import type { Knex } from 'knex'
import type { Keeping } from '../idempotency/idempotent.ts'
import type { Payment } from '../payments/payment.ts'
import { completion, markDeclined, readPayment } from '../payments/payments.ts'

export interface Books {
  db: Knex
  outbox: Outbox
}

/**
 * Writes down that the money was taken, and announces it, in one statement; the answer to the client joins it, where `keep` says so.
 * Several may come with the same news (the request, the settler, another replica's): the first writes, the others find it written.
 */
export async function complete(
  { db, outbox }: Books,
  payment: Payment,
  at: Date,
  keep?: (completed: Payment) => Keeping | undefined,
): Promise<Payment> {
  const completed: Payment = { ...payment, status: 'COMPLETED', settledAt: at }
  const { paymentId, orderId, userId, amount, method } = completed
  const settled = completion(paymentId, at)
  const answer = keep?.(completed)
  const change = answer ? join(settled, answer.with(settled.only)) : settled
  const value = { paymentId, orderId, userId, amount, method, completedAt: at.getTime() }
  if (!(await outbox.addWith(db, change, paymentCompleted, value))) return present(db, payment)
  answer?.kept()
  return completed
}

/** Writes down that no money was taken: the order is free again. Nobody else needs to hear of it. */
export async function decline({ db }: Books, payment: Payment, at: Date): Promise<Payment> {
  return (await markDeclined(db, payment.paymentId, at)) ?? present(db, payment)
}

const join = (first: Change, then: Change): Change => ({
  ...first,
  sql: `${first.sql}, ${then.sql}`,
  bindings: [...first.bindings, ...then.bindings],
})

/** As somebody else left it. */
const present = async (db: Knex, payment: Payment): Promise<Payment> =>
  (await readPayment(db, payment.paymentId)) ?? payment
