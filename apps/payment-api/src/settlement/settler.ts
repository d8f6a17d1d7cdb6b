import { type Repeated, repeat, type Service } from '@firstcome/service'
import type { Payment } from '../payments/payment.ts'
import { takeDue } from '../payments/payments.ts'
import { refund } from '../refunds/refund.ts'
import { ask, type Settlement } from './ask.ts'

const batch = 50

/**
 * Finishes what depends on the provider and on nobody's patience: payments whose outcome is unknown (a timeout, a crash
 * between claim and answer) and refunds. Every replica runs one; a payment is taken by one of them at a time.
 */
export function startSettler(settlement: Settlement, everyMs: number, log: Pick<Service['log'], 'warn'>): Repeated {
  async function settle(payment: Payment): Promise<void> {
    const { paymentId, asked } = payment
    try {
      if (payment.status === 'REFUNDING') await refund(settlement, payment)
      else await ask(settlement, payment)
    } catch (error) {
      log.warn({ err: error, paymentId, asked }, 'the provider owes an answer and will be asked again')
    }
  }

  return repeat('settler', everyMs, log, async () => {
    const due = await takeDue(settlement.db, batch)
    await Promise.all(due.map(settle))
    return due.length === batch
  })
}
