import type { PaymentRefunded } from '@firstcome/events'
import type { Transaction } from '@firstcome/stores/postgres'

/** Remembers that a payment went back; a payment goes back once. */
export async function recordRefund(trx: Transaction, refunded: PaymentRefunded): Promise<void> {
  const { paymentId, orderId, amount, refundedAt } = refunded
  await trx('refunds')
    .insert({ payment_id: paymentId, order_id: orderId, amount, refunded_at: new Date(refundedAt) })
    .onConflict('payment_id')
    .ignore()
}
