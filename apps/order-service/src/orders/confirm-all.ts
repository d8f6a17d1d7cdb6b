import type { PaymentCompleted } from '@firstcome/events'
import { type Confirmation, confirm } from './confirm.ts'
import type { ConfirmedOrder, Order, RejectedOrder } from './order.ts'

export interface Confirmations {
  /** One for each payment, in their order. */
  each: Confirmation[]
  /** Orders that ended with it, each once: what has ended stays as it is. */
  settled: (ConfirmedOrder | RejectedOrder)[]
}

/** `confirm` for one payment after the other: a second payment of an order sees what the first one made of it. */
export function confirmAll(found: readonly Order[], payments: readonly PaymentCompleted[], now: number): Confirmations {
  const orders = new Map(found.map((order) => [order.orderId, order]))
  const settled: Confirmations['settled'] = []
  const each = payments.map((payment) => {
    const confirmation = confirm(orders.get(payment.orderId), payment, now)
    if (confirmation.kind !== 'repeated' && confirmation.order) {
      orders.set(payment.orderId, confirmation.order)
      settled.push(confirmation.order)
    }
    return confirmation
  })
  return { each, settled }
}
