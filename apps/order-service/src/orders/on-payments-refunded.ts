import type { PaymentRefunded } from '@firstcome/events'
import type { InboxBatchHandler } from '@firstcome/outbox'
import { lockOrders, saveOutcomes } from './orders.ts'
import { refund } from './refund.ts'
import { recordRefunds } from './refunds.ts'

/** Money that went back is on record, and orders still waiting for that money wait no longer. */
export const onPaymentsRefunded =
  (now: () => number): InboxBatchHandler<PaymentRefunded> =>
  async (messages, { trx }) => {
    const refunds = messages.map(({ value }) => value)
    const orders = await lockOrders(
      trx,
      refunds.map(({ orderId }) => orderId),
    )
    const at = now()
    const rejected = orders.map((order) => refund(order, at)).filter((order) => order !== undefined)
    await saveOutcomes(trx, rejected)
    await recordRefunds(trx, refunds)
  }
