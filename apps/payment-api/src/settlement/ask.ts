import type { Payment } from '../payments/payment.ts'
import type { Provider } from '../provider/provider.ts'
import { type Books, complete, decline } from './settle.ts'
import { verdictOf } from './verdict.ts'

export interface Settlement extends Books {
  provider: Provider
  now: () => Date
  /** Longest that one call to the provider may take. */
  providerTimeoutMs: number
  /** Age at which a charge that the provider has never seen is given up. */
  abandonAfterMs: number
}

/** Asks the provider what became of a charge, and writes it down. It never charges: the first charge may still count. */
export async function ask(settlement: Settlement, payment: Payment): Promise<Payment> {
  const { provider, now, providerTimeoutMs, abandonAfterMs } = settlement
  const answer = await provider.find(payment, AbortSignal.timeout(providerTimeoutMs))
  switch (verdictOf(answer, payment.ageMs, abandonAfterMs)) {
    case 'COMPLETED':
      return complete(settlement, payment, now())
    case 'DECLINED':
      return decline(settlement, payment, now())
    case 'WAIT':
      return payment
  }
}
