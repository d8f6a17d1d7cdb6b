export type PaymentStatus = 'PENDING' | 'COMPLETED' | 'DECLINED' | 'REFUNDING' | 'REFUNDED'

export interface Payment {
  paymentId: string
  orderId: string
  userId: number
  /** Minor units of the currency. */
  amount: number
  method: string
  status: PaymentStatus
  createdAt: Date
  settledAt: Date | null
  refundedAt: Date | null
  /** How often the provider was asked about it again. */
  asked: number
  /** Milliseconds since it was claimed, when it was read; by the database's clock, the one that all replicas share. */
  ageMs: number
}

/** What its owner is shown. The money of a REFUNDING payment is still with the shop: to the client it is COMPLETED. */
export function shown({ paymentId, orderId, status, amount }: Payment) {
  return { paymentId, orderId, status: status === 'REFUNDING' ? 'COMPLETED' : status, amount }
}

/** What an order looks like to somebody who may not pay it right now. */
export interface OrderStanding {
  userId: number
  closed: boolean
  /** Status of the payment that holds the order; null where none does. */
  payment: PaymentStatus | null
}

/** Why an order can not be paid. INTERRUPTED: nobody waits any more for what might have passed. */
export type Obstacle = 'UNKNOWN' | 'NOT_YOURS' | 'IN_PROGRESS' | 'PAID' | 'CLOSED' | 'INTERRUPTED'

/** What keeps `userId` from paying the order; null where nothing stands in the way (any more). */
export function obstacleOf(order: OrderStanding | undefined, userId: number): Obstacle | null {
  if (!order) return 'UNKNOWN'
  if (order.userId !== userId) return 'NOT_YOURS'
  if (order.payment === 'PENDING') return 'IN_PROGRESS'
  if (order.payment !== null) return 'PAID'
  return order.closed ? 'CLOSED' : null
}

/** Obstacles that may vanish within moments: order-placed is on its way, or the payment ahead is declined. */
export const passing: ReadonlySet<Obstacle> = new Set(['UNKNOWN', 'IN_PROGRESS'])
