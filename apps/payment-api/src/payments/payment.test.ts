import { describe, expect, it } from 'vitest'
import { type OrderStanding, obstacleOf, type Payment, type PaymentStatus, shown } from './payment.ts'

const order = (differences: Partial<OrderStanding> = {}): OrderStanding => ({
  userId: 1,
  closed: false,
  payment: null,
  ...differences,
})

describe('who may pay an order', () => {
  it('is its owner, while no payment holds it', () => {
    expect(obstacleOf(order(), 1)).toBeNull()
  })

  it('is nobody else, and somebody else learns nothing of its state', () => {
    for (const payment of [null, 'PENDING', 'COMPLETED'] as const) {
      for (const closed of [true, false]) expect(obstacleOf(order({ payment, closed }), 2)).toBe('NOT_YOURS')
    }
  })

  it('is nobody while a payment has no outcome, or after it was made', () => {
    expect(obstacleOf(order({ payment: 'PENDING' }), 1)).toBe('IN_PROGRESS')
    for (const payment of ['COMPLETED', 'REFUNDING', 'REFUNDED'] as const) {
      expect(obstacleOf(order({ payment }), 1)).toBe('PAID')
      expect(obstacleOf(order({ payment, closed: true }), 1)).toBe('PAID')
    }
  })

  it('is nobody once it was rejected, and nobody before it is known', () => {
    expect(obstacleOf(order({ closed: true }), 1)).toBe('CLOSED')
    expect(obstacleOf(undefined, 1)).toBe('UNKNOWN')
  })
})

describe('what a client is shown of a payment', () => {
  it.each<[PaymentStatus, string]>([
    ['PENDING', 'PENDING'],
    ['COMPLETED', 'COMPLETED'],
    ['DECLINED', 'DECLINED'],
    ['REFUNDING', 'COMPLETED'],
    ['REFUNDED', 'REFUNDED'],
  ])('is of a %s one that it is %s', (status, seen) => {
    const payment: Payment = {
      paymentId: 'p',
      orderId: 'o',
      userId: 1,
      amount: 5,
      method: 'card',
      status,
      createdAt: new Date(0),
      settledAt: null,
      refundedAt: null,
      asked: 3,
      ageMs: 10,
    }
    expect(shown(payment)).toEqual({ paymentId: 'p', orderId: 'o', status: seen, amount: 5 })
  })
})
