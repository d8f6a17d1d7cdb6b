import { describe, expect, it } from 'vitest'
import type { Payment } from '../books/payments.ts'
import type { Case } from './case.ts'
import { compareOrder } from './compare-order.ts'

const now = Date.UTC(2026, 10, 21, 12)
const clock = { now, graceMs: 60_000, stuckMs: 3_600_000 }
const terms = { orderId: 'o', userId: 42, amount: 300, placedAt: now - 900_000 }
const settledAt = now - 600_000

const payment = (differences: Partial<Payment> = {}): Payment => ({
  ...{ paymentId: 'p', orderId: 'o', userId: 42, amount: 300, status: 'COMPLETED' },
  ...{ createdAt: settledAt - 10, settledAt, refundedAt: null, ...differences },
})

/** Placed, payable, paid, confirmed, stored and counted. */
const whole = (differences: Partial<Case> = {}): Case => ({
  orderId: 'o',
  order: { ...terms, status: 'CONFIRMED', paymentId: 'p', settledAt },
  payable: terms,
  payments: [payment()],
  refunds: [],
  facts: [{ ...terms, paymentId: 'p', confirmedAt: settledAt }],
  items: { ordered: '1x3@100', stored: '1x3@100' },
  counted: true,
  unsent: { orders: [], payments: [] },
  ...differences,
})
const pending = (differences: Partial<Case> = {}) =>
  whole({
    order: { ...terms, status: 'PENDING_PAYMENT', paymentId: null, settledAt: null },
    ...{ payments: [], facts: [], items: {}, counted: undefined },
    ...differences,
  })
const rejected = (differences: Partial<Case> = {}) =>
  pending({ order: { ...terms, status: 'REJECTED', paymentId: null, settledAt }, ...differences })

const kindsOf = (one: Case) => compareOrder(one, clock).differences.map(({ kind }) => kind)
const event = { id: 'e', key: 'o', topic: 't', createdAt: now, parked: false, error: null }

describe('an order', () => {
  it('of which all books say the same has no difference, and is one of each', () => {
    expect(compareOrder(whole(), clock)).toMatchObject({
      differences: [],
      tally: { placed: 1, payable: 1, paid: 1, confirmed: 1, stored: 1, counted: 1, refunded: 0, pending: 0 },
    })
  })

  it('may be confirmed so long ago that nobody knows whether it was counted', () => {
    const { differences, tally } = compareOrder(whole({ counted: undefined }), clock)
    expect([differences, tally.counted, tally.countForgotten]).toEqual([[], 0, 1])
  })

  it.each([
    ['placed 60 s ago and not payable', 60_000, ['not-payable']],
    ['placed a millisecond later', 59_999, []],
  ])('that was %s: %j', (_, ago, found) => {
    const order = { ...pending().order!, placedAt: now - ago }
    expect(kindsOf(pending({ order, payable: undefined }))).toEqual(found)
  })
})

describe('a book that says something else', () => {
  it('is quoted with what differs, and nothing else', () => {
    const words = (one: Case) => compareOrder(one, clock).differences.map((difference) => difference.words)
    expect(words(whole({ payable: { ...terms, amount: 301 } }))).toEqual([
      'order o: placed and payable with amount 300 and 301',
    ])
    const fact = { ...whole().facts[0]!, userId: 43, confirmedAt: settledAt + 1 }
    expect(words(whole({ facts: [fact] }))).toEqual([
      'order o: confirmed and stored with user 42 and 43, confirmed 2026-11-21T11:50:00.000Z and 2026-11-21T11:50:00.001Z',
    ])
    expect(words(whole({ items: { ordered: '1x3@100', stored: undefined } }))).toEqual([
      'order o: confirmed with items 1x3@100, stored with none',
    ])
  })
})

describe('a payment', () => {
  it.each([
    ['PENDING', 0],
    ['COMPLETED', 1],
    ['REFUNDING', 1],
    ['REFUNDED', 1],
  ] as const)('counts as paid, if money was taken: %s', (status, paid) => {
    expect(compareOrder(rejected({ payments: [payment({ status })] }), clock).tally.paid).toBe(paid)
  })

  it('of a rejected order is to go back', () => {
    expect(kindsOf(rejected({ payments: [payment()] }))).toEqual(['not-refunded'])
    expect(kindsOf(rejected({ payments: [payment({ settledAt: now - 1 })] }))).toEqual([])
    expect(kindsOf(rejected({ payments: [payment({ status: 'REFUNDING' })] }))).toEqual([])
  })

  it('that went back has its refund in the other book, of the same amount', () => {
    const payments = [payment({ status: 'REFUNDED', refundedAt: settledAt })]
    const refund = { orderId: 'o', paymentId: 'p', amount: 300 }
    expect(kindsOf(rejected({ payments, refunds: [refund] }))).toEqual([])
    expect(kindsOf(rejected({ payments, refunds: [{ ...refund, amount: 1 }] }))).toEqual(['refund-otherwise'])
    expect(kindsOf(rejected({ payments, refunds: [{ ...refund, paymentId: 'q' }] }))).toEqual([
      'refund-unheard',
      'refund-unfounded',
    ])
  })

  it('of an order that does not exist is to go back as well', () => {
    expect(kindsOf(pending({ order: undefined, payments: [payment()] }))).toEqual(['not-placed', 'not-refunded'])
  })

  it.each(['REFUNDING', 'REFUNDED', 'PENDING'] as const)('that confirmed an order is COMPLETED, not %s', (status) => {
    const refunds = status === 'REFUNDED' ? [{ orderId: 'o', paymentId: 'p', amount: 300 }] : []
    const found = kindsOf(whole({ payments: [payment({ status })], refunds }))
    expect(found).toEqual([status === 'PENDING' ? 'confirmed-unpaid' : 'refunded-confirmed'])
  })

  it('that was declined is no payment: the next one may confirm the order', () => {
    expect(kindsOf(whole({ payments: [payment({ paymentId: 'q' })] }))).toEqual(['confirmed-unpaid', 'not-refunded'])
  })

  it('owed an answer for an hour is stuck', () => {
    const since = (ms: number) => ({ createdAt: now - ms, settledAt: null, status: 'PENDING' }) as const
    expect(kindsOf(pending({ payments: [payment(since(3_600_000))] }))).toEqual(['stuck-payment'])
    expect(kindsOf(pending({ payments: [payment(since(3_599_999))] }))).toEqual([])
  })
})

describe('an event in an outbox', () => {
  it('excuses what its service was to tell, not what the other one was', () => {
    const paid = pending({ payments: [payment()] })
    expect(kindsOf({ ...paid, unsent: { payments: [event], orders: [] } })).toEqual([])
    expect(kindsOf({ ...paid, unsent: { payments: [], orders: [event] } })).toEqual(['not-confirmed'])
    const confirmed = whole({ facts: [], counted: false })
    expect(kindsOf({ ...confirmed, unsent: { payments: [], orders: [event] } })).toEqual([])
    expect(kindsOf({ ...confirmed, unsent: { payments: [event], orders: [] } })).toEqual(['not-stored', 'not-counted'])
  })

  it('that is parked excuses nothing', () => {
    const paid = pending({ payments: [payment()], unsent: { payments: [{ ...event, parked: true }], orders: [] } })
    expect(kindsOf(paid)).toEqual(['not-confirmed'])
  })
})
