import type { OrderRejected } from '@firstcome/events'
import type { Handler } from '@firstcome/kafka'
import type { InTransaction } from '@firstcome/outbox'
import { closeOrder } from '../orders/payable-orders.ts'
import { markRefunding, readPayment } from '../payments/payments.ts'

/** The event names a payment that this service never made: nothing can be refunded, somebody has to look. */
export class PaymentUnknownError extends Error {
  readonly code = 'PAYMENT_UNKNOWN'
  readonly retriable = false
}

/**
 * A rejected order takes no payment any more, and the one it got is to be given back. The provider is not asked here,
 * inside a transaction, but by the settler, which is woken once this has committed.
 */
export function onOrderRejected(wakeSettler: () => void): Handler<OrderRejected, InTransaction> {
  return async ({ orderId, paymentId, reason }, { trx, log }) => {
    await closeOrder(trx, orderId)
    if (paymentId === null) return
    if (await markRefunding(trx, paymentId)) {
      log.info({ orderId, paymentId, reason }, 'a payment is to be refunded')
      trx.executionPromise.then(wakeSettler, () => {}) // rolled back: the event comes again
      return
    }
    const known = await readPayment(trx, paymentId)
    if (!known) throw new PaymentUnknownError(`order-rejected names payment ${paymentId}, which does not exist`)
    log.info({ paymentId, status: known.status }, 'nothing to refund')
  }
}
