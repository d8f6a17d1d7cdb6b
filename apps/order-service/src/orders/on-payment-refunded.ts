import type { PaymentRefunded } from '@firstcome/events'
import type { Handler } from '@firstcome/kafka'
import type { InTransaction } from '@firstcome/outbox'
import { lockOrder, saveOutcome } from './orders.ts'
import { refund } from './refund.ts'
import { recordRefund } from './refunds.ts'

/** Money that went back is on record, and an order still waiting for that money waits no longer. */
export const onPaymentRefunded =
  (now: () => number): Handler<PaymentRefunded, InTransaction> =>
  async (refunded, { trx }) => {
    const rejected = refund(await lockOrder(trx, refunded.orderId), now())
    if (rejected) await saveOutcome(trx, rejected)
    await recordRefund(trx, refunded)
  }
