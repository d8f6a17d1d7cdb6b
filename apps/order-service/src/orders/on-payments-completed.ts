import {
  type OrderConfirmed,
  type OrderRejected,
  orderConfirmed,
  orderRejected,
  type PaymentCompleted,
} from '@firstcome/events'
import type { Envelope, Message } from '@firstcome/kafka'
import type { Entry, InboxBatchHandler } from '@firstcome/outbox'
import type { Confirmation } from './confirm.ts'
import { confirmAll } from './confirm-all.ts'
import { lockOrders, saveOutcomes } from './orders.ts'

/**
 * Completed payments confirm their orders and announce it, or are sent back with the reason; repeated ones change nothing. A slice
 * costs as many round trips as one payment would.
 */
export const onPaymentsCompleted =
  (now: () => number): InboxBatchHandler<PaymentCompleted> =>
  async (messages, { trx, outbox, log }) => {
    const payments = messages.map(({ value }) => value)
    const found = await lockOrders(
      trx,
      payments.map(({ orderId }) => orderId),
    )
    const { each, settled } = confirmAll(found, payments, now())
    for (const [index, confirmation] of each.entries()) {
      if (confirmation.kind !== 'rejected') continue
      const { orderId, paymentId, reason } = confirmation.event
      const { id: eventId, offset } = messages[index]!
      log.warn({ eventId, offset, orderId, paymentId, reason }, 'a payment can not confirm its order and goes back')
    }
    await saveOutcomes(trx, settled)
    await outbox.addAll(each.flatMap((confirmation, index) => announcement(confirmation, messages[index]!)))
  }

/** What is to be told of it, in the trace of its payment; nothing of a repeated one. */
function announcement(
  confirmation: Confirmation,
  { headers }: Message<unknown>,
): Entry<OrderConfirmed | OrderRejected>[] {
  const trace: Envelope = { traceparent: headers.traceparent, correlationId: headers['correlation-id'] }
  switch (confirmation.kind) {
    case 'confirmed':
      return [[orderConfirmed, confirmation.event, { ...trace, time: confirmation.event.confirmedAt }]]
    case 'rejected':
      return [[orderRejected, confirmation.event, { ...trace, time: confirmation.event.rejectedAt }]]
    case 'repeated':
      return []
  }
}
