import { paymentRefunded } from '@firstcome/events'
import type { Payment } from '../payments/payment.ts'
import { markRefunded } from '../payments/payments.ts'
import type { Settlement } from '../settlement/ask.ts'

/** Has the provider give the money back, then writes it down and announces it. A crash in between repeats a call that the provider takes once. */
export async function refund(settlement: Settlement, payment: Payment): Promise<void> {
  const { db, outbox, provider, now, providerTimeoutMs } = settlement
  await provider.refund(payment, AbortSignal.timeout(providerTimeoutMs))
  const at = now()
  await db.transaction(async (trx) => {
    const refunded = await markRefunded(trx, payment.paymentId, at)
    if (!refunded) return
    const { paymentId, orderId, userId, amount } = refunded
    await outbox.add(trx, paymentRefunded, { paymentId, orderId, userId, amount, refundedAt: at.getTime() })
  })
}
