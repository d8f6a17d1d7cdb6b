import { orderConfirmed, orderRejected, type PaymentCompleted } from '@firstcome/events'
import type { Handler } from '@firstcome/kafka'
import type { InTransaction } from '@firstcome/outbox'
import { confirm } from './confirm.ts'
import { lockOrder, saveOutcome } from './orders.ts'

/** A completed payment confirms its order and announces it, or is sent back with the reason; a repeated one changes nothing. */
export const onPaymentCompleted =
  (now: () => number): Handler<PaymentCompleted, InTransaction> =>
  async (payment, { trx, outbox, log }) => {
    const confirmation = confirm(await lockOrder(trx, payment.orderId), payment, now())
    switch (confirmation.kind) {
      case 'confirmed':
        await saveOutcome(trx, confirmation.order)
        return outbox.add(orderConfirmed, confirmation.event, { time: confirmation.event.confirmedAt })
      case 'rejected':
        log.warn(
          { orderId: payment.orderId, paymentId: payment.paymentId, reason: confirmation.event.reason },
          'a payment can not confirm its order and goes back',
        )
        if (confirmation.order) await saveOutcome(trx, confirmation.order)
        return outbox.add(orderRejected, confirmation.event, { time: confirmation.event.rejectedAt })
      case 'repeated':
    }
  }
