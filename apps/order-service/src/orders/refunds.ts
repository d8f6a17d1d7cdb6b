import type { PaymentRefunded } from '@firstcome/events'
import type { Transaction } from '@firstcome/stores/postgres'

/** Remembers payments that went back, in one round trip; a payment goes back once. */
export async function recordRefunds(trx: Transaction, refunds: PaymentRefunded[]): Promise<void> {
  await trx.raw(
    `insert into refunds (payment_id, order_id, amount, refunded_at)
     select * from unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::timestamptz[]) on conflict do nothing`,
    [
      refunds.map((refund) => refund.paymentId),
      refunds.map((refund) => refund.orderId),
      refunds.map((refund) => refund.amount),
      refunds.map((refund) => new Date(refund.refundedAt)),
    ],
  )
}
