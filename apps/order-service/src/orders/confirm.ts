import type { OrderConfirmed, OrderRejected, OrderRejectionReason, PaymentCompleted } from '@firstcome/events'
import type { ConfirmedOrder, Order, RejectedOrder } from './order.ts'

export type Confirmation =
  | { kind: 'confirmed'; order: ConfirmedOrder; event: OrderConfirmed }
  /** The payment goes back. `order` is set where the order itself ends with it. */
  | { kind: 'rejected'; order?: RejectedOrder; event: OrderRejected }
  /** This payment has confirmed this order before. */
  | { kind: 'repeated' }

/** What a completed payment means for its order (undefined: there is none). `now`: epoch milliseconds. */
export function confirm(order: Order | undefined, payment: PaymentCompleted, now: number): Confirmation {
  if (order === undefined) return { kind: 'rejected', event: refusal(payment, 'ORDER_NOT_FOUND', now) }
  switch (order.status) {
    case 'CONFIRMED':
      if (order.paymentId === payment.paymentId) return { kind: 'repeated' }
      return { kind: 'rejected', event: refusal(payment, 'ORDER_ALREADY_PAID', now) }
    case 'REJECTED':
      return { kind: 'rejected', event: refusal(payment, order.reason, now) }
    case 'PENDING_PAYMENT': {
      if (order.totalAmount !== payment.amount) {
        const reason = 'AMOUNT_MISMATCH'
        const rejected: RejectedOrder = { ...order, status: 'REJECTED', reason, rejectedAt: now }
        return { kind: 'rejected', order: rejected, event: refusal(payment, reason, now) }
      }
      const { status: _, ...placed } = order
      const settled = { ...placed, paymentId: payment.paymentId, confirmedAt: now }
      return { kind: 'confirmed', order: { ...settled, status: 'CONFIRMED' }, event: settled }
    }
  }
}

const refusal = (payment: PaymentCompleted, reason: OrderRejectionReason, now: number): OrderRejected => ({
  orderId: payment.orderId,
  userId: payment.userId,
  paymentId: payment.paymentId,
  amount: payment.amount,
  reason,
  rejectedAt: now,
})
