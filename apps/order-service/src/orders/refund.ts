import type { Order, RejectedOrder } from './order.ts'

/**
 * What a refund does to its order: the rejected order, or undefined where nothing changes. `now`: epoch milliseconds.
 *
 * Usually nothing: this service asked for the refund and has settled the order. A pending order means that the money went
 * back before the payment was seen here (it may lie among the dead letters): the order ends, so that the payment can not
 * confirm it any more. A confirmed order is final; what was refunded then is another payment, or the shop's own decision.
 */
export function refund(order: Order | undefined, now: number): RejectedOrder | undefined {
  if (order?.status !== 'PENDING_PAYMENT') return undefined
  return { ...order, status: 'REJECTED', reason: 'UNKNOWN', rejectedAt: now }
}
