import type { OrderedItem, OrderRejectionReason } from '@firstcome/events'

/** An order as it was placed. Amounts are integer minor units, times are epoch milliseconds. */
interface Placed {
  orderId: string
  userId: number
  /** One entry per product, by product number, at the price of the moment it was placed. */
  items: OrderedItem[]
  totalAmount: number
  placedAt: number
}

export interface PendingOrder extends Placed {
  status: 'PENDING_PAYMENT'
}

/** Paid and final. */
export interface ConfirmedOrder extends Placed {
  status: 'CONFIRMED'
  paymentId: string
  confirmedAt: number
}

/** Can no longer be paid; whatever is paid for it goes back. */
export interface RejectedOrder extends Placed {
  status: 'REJECTED'
  reason: OrderRejectionReason
  rejectedAt: number
}

export type Order = PendingOrder | ConfirmedOrder | RejectedOrder
