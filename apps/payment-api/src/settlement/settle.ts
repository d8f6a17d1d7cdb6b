import { paymentCompleted } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import type { Knex } from 'knex'
import type { Payment } from '../payments/payment.ts'
import { markSettled, readPayment } from '../payments/payments.ts'

export interface Books {
  db: Knex
  outbox: Outbox
}

/**
 * Writes down that the money was taken, and announces it, in one transaction; `also` joins it. Several may come with the
 * same news (the request, the settler, another replica's): the first writes, the others find it written.
 */
export async function complete(
  { db, outbox }: Books,
  payment: Payment,
  at: Date,
  also?: (trx: Knex.Transaction, completed: Payment) => Promise<void>,
): Promise<Payment> {
  return db.transaction(async (trx) => {
    const completed = await markSettled(trx, payment.paymentId, 'COMPLETED', at)
    if (!completed) return present(trx, payment)
    const { paymentId, orderId, userId, amount, method } = completed
    await outbox.add(trx, paymentCompleted, {
      paymentId,
      orderId,
      userId,
      amount,
      method,
      completedAt: at.getTime(),
    })
    await also?.(trx, completed)
    return completed
  })
}

/** Writes down that no money was taken: the order is free again. Nobody else needs to hear of it. */
export async function decline({ db }: Books, payment: Payment, at: Date): Promise<Payment> {
  return (await markSettled(db, payment.paymentId, 'DECLINED', at)) ?? present(db, payment)
}

/** As somebody else left it. */
const present = async (db: Knex, payment: Payment): Promise<Payment> =>
  (await readPayment(db, payment.paymentId)) ?? payment
