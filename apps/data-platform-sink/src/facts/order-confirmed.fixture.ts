import { randomUUID } from 'node:crypto'
import type { OrderConfirmed } from '@firstcome/events'

/** A valid event; say only what the test is about. */
export function confirmedOrder(differences: Partial<OrderConfirmed> = {}): OrderConfirmed {
  return {
    orderId: randomUUID(),
    userId: 42,
    paymentId: randomUUID(),
    items: [{ productId: 1, quantity: 2, unitPrice: 1500 }],
    totalAmount: 3000,
    placedAt: Date.UTC(2025, 2, 1, 14, 59),
    confirmedAt: Date.UTC(2025, 2, 1, 15, 0, 1),
    ...differences,
  }
}
