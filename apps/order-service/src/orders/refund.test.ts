import { expect, test } from 'vitest'
import type { Order } from './order.ts'
import { refund } from './refund.ts'

const now = Date.UTC(2026, 0, 5, 9)
const placed = { orderId: 'an-order', userId: 42, items: [], totalAmount: 3600, placedAt: now }

test('given an order that waits for its payment, when that was refunded, then the order ends', () => {
  expect(refund({ ...placed, status: 'PENDING_PAYMENT' }, now)).toEqual({
    ...placed,
    status: 'REJECTED',
    reason: 'UNKNOWN',
    rejectedAt: now,
  })
})

test.each<[string, Order | undefined]>([
  ['confirmed', { ...placed, status: 'CONFIRMED', paymentId: 'a-payment', confirmedAt: now }],
  ['rejected', { ...placed, status: 'REJECTED', reason: 'AMOUNT_MISMATCH', rejectedAt: now }],
  ['unknown', undefined],
])('given an order that is %s, when a payment for it was refunded, then the order stays as it is', (_, order) => {
  expect(refund(order, now)).toBeUndefined()
})
