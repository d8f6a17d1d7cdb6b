import { randomUUID } from 'node:crypto'
import type { OrderConfirmed } from '@firstcome/events'

interface Differences extends Partial<Omit<OrderConfirmed, 'items'>> {
  /** Product and quantity of each item. */
  items?: [productId: number, quantity: number][]
}

/** A valid event; say only what the test is about. */
export function confirmedOrder({ items = [[1, 1]], ...differences }: Differences = {}): OrderConfirmed {
  return {
    orderId: randomUUID(),
    userId: 42,
    paymentId: randomUUID(),
    items: items.map(([productId, quantity]) => ({ productId, quantity, unitPrice: 100 })),
    totalAmount: 100,
    placedAt: Date.UTC(2025, 2, 1),
    confirmedAt: Date.UTC(2025, 2, 1),
    ...differences,
  }
}
