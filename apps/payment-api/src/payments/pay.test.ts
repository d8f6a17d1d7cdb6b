import { randomUUID } from 'node:crypto'
import type { Database } from '@firstcome/stores/postgres'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { announced, payable, placedOrder, recordingProvider, testBooks } from '../../test/books.ts'
import { addPayableOrders, closeOrder } from '../orders/payable-orders.ts'
import type { Provider } from '../provider/provider.ts'
import { ask, type Settlement } from '../settlement/ask.ts'
import { type PayTimes, pay } from './pay.ts'
import type { Payment } from './payment.ts'
import { claimOrder, readPayment } from './payments.ts'

let books: Settlement & { db: Database }
const log = { warn: () => {} }
let shop = recordingProvider()
const provider: Provider = {
  methods: new Set(['card']),
  charge: (...call) => shop.provider.charge(...call),
  find: (...call) => shop.provider.find(...call),
  refund: (...call) => shop.provider.refund(...call),
}

beforeAll(async () => {
  books = await testBooks(provider)
})
beforeEach(() => {
  shop = recordingProvider()
})

interface Try {
  paymentId?: string
  times?: Partial<PayTimes>
  signal?: AbortSignal
}

function tryToPay(userId: number, orderId: string, { paymentId = uuidv7(), times, signal }: Try = {}) {
  const parts = { ...books, times: { orderWaitMs: 300, claimSeconds: 30, ...times }, keep: () => undefined }
  const request = { userId, orderId, method: 'card', signal: () => signal ?? new AbortController().signal, log }
  return pay(parts, request, paymentId)
}
const paidBy = async (userId: number, orderId: string, options?: Try) =>
  (await tryToPay(userId, orderId, options)) as Payment

async function claimed(orderId: string) {
  const { paymentId } = (await claimOrder(books.db, {
    paymentId: uuidv7(),
    orderId,
    userId: 1,
    method: 'card',
    askAfterSeconds: 30,
  }))!
  return { paymentId }
}

describe('paying an order', () => {
  it('takes what the order costs, and announces it in the same statement', async () => {
    const orderId = await payable(books.db, 1, 4200)
    expect(await paidBy(1, orderId)).toMatchObject({ orderId, userId: 1, status: 'COMPLETED', amount: 4200 })
    expect(await announced(books.db, orderId)).toEqual(['payment-completed'])
  })

  it('happens once, however many try at the same moment', async () => {
    const orderId = await payable(books.db, 1)
    // Nobody loses patience, however slow the machine is: whoever did would not learn that it is paid.
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => tryToPay(1, orderId, { times: { orderWaitMs: 60_000 } })),
    )
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'PAID')).toHaveLength(49)
    expect(shop.calls.charge).toBe(1)
    expect(await announced(books.db, orderId)).toEqual(['payment-completed'])
  })

  it('waits for an order that is about to be known', async () => {
    const order = placedOrder(1)
    const paying = paidBy(1, order.orderId, { times: { orderWaitMs: 10_000 } })
    await addPayableOrders(books.db, [order])
    expect(await paying).toMatchObject({ status: 'COMPLETED' })
  })

  it('is refused for an order that stays unknown, and for somebody else’s without any wait', async () => {
    expect(await tryToPay(1, randomUUID())).toBe('UNKNOWN')
    expect(await tryToPay(2, await payable(books.db, 1), { times: { orderWaitMs: 3_600_000 } })).toBe('NOT_YOURS')
    expect(shop.calls.charge).toBe(0)
  })

  it('is refused for an order that was rejected', async () => {
    const orderId = await payable(books.db, 1)
    await closeOrder(books.db, orderId)
    expect(await tryToPay(1, orderId)).toBe('CLOSED')
  })

  it('does not begin when the client has gone while it waited', async () => {
    const order = placedOrder(1)
    const client = new AbortController()
    const paying = tryToPay(1, order.orderId, { times: { orderWaitMs: 60_000 }, signal: client.signal })
    client.abort()
    expect(await paying).toBe('INTERRUPTED')
    expect(shop.calls.charge).toBe(0)
  })

  it('can be tried again after it was declined', async () => {
    const orderId = await payable(books.db, 1)
    shop.next.answer = 'DECLINED'
    expect(await paidBy(1, orderId)).toMatchObject({ status: 'DECLINED' })
    expect(await announced(books.db, orderId)).toEqual([])
    shop.next.answer = 'TAKEN'
    expect(await paidBy(1, orderId)).toMatchObject({ status: 'COMPLETED' })
  })
})

describe('a payment whose outcome is unknown', () => {
  it('keeps its order, so that nobody pays a second time', async () => {
    const orderId = await payable(books.db, 1)
    shop.next.silence = 'after'
    expect(await paidBy(1, orderId)).toMatchObject({ status: 'PENDING' })
    expect(await tryToPay(1, orderId)).toBe('IN_PROGRESS')
    expect(shop.calls.charge).toBe(1)
  })

  it('is resumed by asking, never by charging again', async () => {
    const orderId = await payable(books.db, 1)
    const paymentId = uuidv7()
    shop.next.silence = 'after'
    await paidBy(1, orderId, { paymentId })
    expect(await paidBy(1, orderId, { paymentId })).toMatchObject({ paymentId, status: 'COMPLETED' })
    expect(await paidBy(1, orderId, { paymentId })).toMatchObject({ paymentId, status: 'COMPLETED' })
    expect(shop.calls).toMatchObject({ charge: 1, find: 1 })
    expect(await announced(books.db, orderId)).toEqual(['payment-completed'])
  })

  it('stays unknown while the provider can not be asked either, and is not charged on a guess', async () => {
    const orderId = await payable(books.db, 1)
    const paymentId = uuidv7()
    shop.next.silence = 'after'
    await paidBy(1, orderId, { paymentId })
    shop.next.findFails = true
    expect(await paidBy(1, orderId, { paymentId })).toMatchObject({ paymentId, status: 'PENDING' })
    expect(shop.calls).toMatchObject({ charge: 1, find: 1 })
  })

  it('is charged under its own id where the provider has not seen it: the attempt before died before it charged', async () => {
    const orderId = await payable(books.db, 1)
    const claim = await claimed(orderId)
    expect(await paidBy(1, orderId, claim)).toMatchObject({ ...claim, status: 'COMPLETED' })
    expect(shop.calls).toMatchObject({ find: 1, charge: 1 })
    expect([...shop.taken.keys()]).toEqual([claim.paymentId])
  })

  it('is not charged any more when it is about to be given up', async () => {
    const orderId = await payable(books.db, 1)
    const claim = await claimed(orderId)
    const old = books.db.raw('now() - make_interval(secs => ?)', [books.abandonAfterMs / 2000])
    await books.db('payments').where({ payment_id: claim.paymentId }).update({ created_at: old })
    expect(await paidBy(1, orderId, claim)).toMatchObject({ status: 'PENDING' })
    expect(shop.calls).toMatchObject({ find: 1, charge: 0 })
  })

  it('is one payment to several attempts at it that run at the same moment', async () => {
    const orderId = await payable(books.db, 1)
    const paymentId = uuidv7()
    const all = await Promise.all(Array.from({ length: 20 }, () => paidBy(1, orderId, { paymentId })))
    for (const payment of all) expect(payment).toMatchObject({ paymentId, status: 'COMPLETED' })
    expect([...shop.taken.keys()]).toEqual([paymentId])
    expect(await announced(books.db, orderId)).toEqual(['payment-completed'])
  })

  it('stays declined to an attempt that runs beside the one that was declined', async () => {
    const orderId = await payable(books.db, 1)
    const paymentId = uuidv7()
    shop.next.answer = 'DECLINED'
    const all = await Promise.all(Array.from({ length: 5 }, () => paidBy(1, orderId, { paymentId })))
    for (const payment of all) expect(payment).toMatchObject({ paymentId, status: 'DECLINED' })
  })

  it('waits while the provider has not seen it, and in the end frees its order', async () => {
    const orderId = await payable(books.db, 1)
    shop.next.silence = 'before'
    const payment = await paidBy(1, orderId)
    expect(await ask(books, payment)).toMatchObject({ status: 'PENDING' })
    expect(await ask({ ...books, abandonAfterMs: 0 }, payment)).toMatchObject({ status: 'DECLINED' })
    shop.next.silence = undefined
    expect(await paidBy(1, orderId)).toMatchObject({ status: 'COMPLETED' })
  })

  it('is announced once, though several learn of it at the same moment', async () => {
    const orderId = await payable(books.db, 1)
    const { paymentId } = await claimed(orderId)
    const payment = (await readPayment(books.db, paymentId))!
    shop.taken.set(paymentId, 'TAKEN')
    const settled = await Promise.all(Array.from({ length: 10 }, () => ask(books, payment)))
    expect(settled.map(({ status }) => status)).toEqual(Array(10).fill('COMPLETED'))
    expect(await announced(books.db, orderId)).toEqual(['payment-completed'])
  })
})
