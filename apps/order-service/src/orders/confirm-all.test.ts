import type { PaymentCompleted } from '@firstcome/events'
import { expect, test } from 'vitest'
import { confirmAll } from './confirm-all.ts'
import type { PendingOrder } from './order.ts'

const now = Date.UTC(2026, 0, 5, 9)
const placed = (orderId: string): PendingOrder => ({
  ...{ orderId, userId: 42, status: 'PENDING_PAYMENT', totalAmount: 1200, placedAt: now },
  items: [{ productId: 1, quantity: 1, unitPrice: 1200 }],
})
const pay = (orderId: string, paymentId: string, amount = 1200): PaymentCompleted => ({
  ...{ orderId, paymentId, amount, userId: 42, method: 'card', completedAt: now },
})

test('given two orders, when one is paid twice and the other once, then the second payment of the one goes back', () => {
  const payments = [pay('one', 'first'), pay('other', 'third'), pay('one', 'second'), pay('one', 'first')]
  const { each, settled } = confirmAll([placed('one'), placed('other')], payments, now)
  expect(each.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed', 'rejected', 'repeated'])
  expect(each[2]).toMatchObject({ event: { paymentId: 'second', reason: 'ORDER_ALREADY_PAID' } })
  expect(settled).toMatchObject([
    { orderId: 'one', paymentId: 'first' },
    { orderId: 'other', paymentId: 'third' },
  ])
})

test('given an order, when a wrong amount is paid and then the right one, then both go back', () => {
  const { each, settled } = confirmAll([placed('one')], [pay('one', 'first', 1), pay('one', 'second')], now)
  expect(each).toMatchObject([
    { kind: 'rejected', event: { paymentId: 'first', reason: 'AMOUNT_MISMATCH' } },
    { kind: 'rejected', event: { paymentId: 'second', reason: 'AMOUNT_MISMATCH' } },
  ])
  expect(settled).toMatchObject([{ orderId: 'one', status: 'REJECTED' }])
})

test('given nothing, when somebody pays for it, then the payment goes back and no order is settled', () => {
  const { each, settled } = confirmAll([], [pay('one', 'first')], now)
  expect(each).toMatchObject([{ kind: 'rejected', event: { reason: 'ORDER_NOT_FOUND' } }])
  expect(settled).toEqual([])
})
