import type { PaymentCompleted } from '@firstcome/events'
import { expect, test } from 'vitest'
import { confirm } from './confirm.ts'
import type { ConfirmedOrder, PendingOrder, RejectedOrder } from './order.ts'

const placedAt = Date.UTC(2026, 0, 5, 9)
const now = placedAt + 60_000
const placed = {
  orderId: 'an-order',
  userId: 42,
  items: [{ productId: 1, quantity: 3, unitPrice: 1200 }],
  totalAmount: 3600,
  placedAt,
}
const pending: PendingOrder = { ...placed, status: 'PENDING_PAYMENT' }
const confirmed: ConfirmedOrder = { ...placed, status: 'CONFIRMED', paymentId: 'a-payment', confirmedAt: placedAt }
const rejected: RejectedOrder = { ...placed, status: 'REJECTED', reason: 'ORDER_EXPIRED', rejectedAt: placedAt }
const payment: PaymentCompleted = {
  paymentId: 'a-payment',
  orderId: 'an-order',
  userId: 42,
  amount: 3600,
  method: 'card',
  completedAt: placedAt,
}
const goesBack = (reason: string, of = payment) => ({
  orderId: 'an-order',
  userId: 42,
  paymentId: of.paymentId,
  amount: of.amount,
  reason,
  rejectedAt: now,
})

test('given an order that waits, when its amount is paid, then it is confirmed and announced', () => {
  const settled = { ...placed, paymentId: 'a-payment', confirmedAt: now }
  expect(confirm(pending, payment, now)).toEqual({
    kind: 'confirmed',
    order: { ...settled, status: 'CONFIRMED' },
    event: settled,
  })
})

test('given a confirmed order, when its payment comes again, then nothing happens', () => {
  expect(confirm(confirmed, payment, now)).toEqual({ kind: 'repeated' })
})

test('given a confirmed order, when it is paid by another payment, then that one goes back and the order stays', () => {
  const second = { ...payment, paymentId: 'another-payment' }
  expect(confirm(confirmed, second, now)).toEqual({ kind: 'rejected', event: goesBack('ORDER_ALREADY_PAID', second) })
})

test('given no such order, when it is paid, then the payment goes back', () => {
  expect(confirm(undefined, payment, now)).toEqual({ kind: 'rejected', event: goesBack('ORDER_NOT_FOUND') })
})

test('given a rejected order, when it is paid, then the payment goes back for the reason the order was rejected', () => {
  expect(confirm(rejected, payment, now)).toEqual({ kind: 'rejected', event: goesBack('ORDER_EXPIRED') })
})

test.each([3599, 3601])(
  'given an order of 3600, when %i is paid, then the order ends and the payment goes back',
  (amount) => {
    const wrong = { ...payment, amount }
    expect(confirm(pending, wrong, now)).toEqual({
      kind: 'rejected',
      order: { ...placed, status: 'REJECTED', reason: 'AMOUNT_MISMATCH', rejectedAt: now },
      event: goesBack('AMOUNT_MISMATCH', wrong),
    })
  },
)
