import type { Repeated, Service } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { announced, payable, recordingProvider, testBooks } from '../../test/books.ts'
import { claimOrder, markRefunding, readPayment } from '../payments/payments.ts'
import type { Settlement } from './ask.ts'
import { complete } from './settle.ts'
import { startSettler } from './settler.ts'

const shop = recordingProvider()
const log = { warn: vi.fn() as Service['log']['warn'] }
let books: Settlement & { db: Database }
let settlers: Repeated[] = []

beforeAll(async () => {
  books = await testBooks(shop.provider)
})
afterEach(async () => {
  await Promise.all(settlers.map((settler) => settler.close()))
  settlers = []
})

/** Several replicas, whose clock alone would never wake them. */
function startSettlers(count: number): Repeated[] {
  settlers = Array.from({ length: count }, () => startSettler(books, 3_600_000, log))
  for (const settler of settlers) void settler.start()
  return settlers
}

async function claimed({ askAfterSeconds }: { askAfterSeconds: number }) {
  const orderId = await payable(books.db, 1)
  return (await claimOrder(books.db, { paymentId: uuidv7(), orderId, userId: 1, method: 'card', askAfterSeconds }))!
}
const becomes = (paymentId: string, status: string) =>
  waitFor(`payment to become ${status}`, async () => (await readPayment(books.db, paymentId))?.status === status)

describe('the settler', () => {
  it('completes what a crashed process left behind, once its claim has run out', async () => {
    const left = await claimed({ askAfterSeconds: 0 })
    const fresh = await claimed({ askAfterSeconds: 30 })
    shop.taken.set(left.paymentId, 'TAKEN').set(fresh.paymentId, 'TAKEN')
    startSettlers(1)
    await becomes(left.paymentId, 'COMPLETED')
    expect(await announced(books.db, left.orderId)).toEqual(['payment-completed'])
    expect(await readPayment(books.db, fresh.paymentId)).toMatchObject({ status: 'PENDING', asked: 0 })
  })

  it('frees the order where the provider says that it took nothing', async () => {
    const left = await claimed({ askAfterSeconds: 0 })
    shop.taken.set(left.paymentId, 'DECLINED')
    startSettlers(1)
    await becomes(left.paymentId, 'DECLINED')
    expect(await announced(books.db, left.orderId)).toEqual([])
  })

  it('gives money back once and announces it once, though several replicas look for work', async () => {
    const payments = await Promise.all(Array.from({ length: 60 }, () => claimed({ askAfterSeconds: 30 })))
    for (const payment of payments) {
      await complete(books, payment, new Date())
      await markRefunding(books.db, payment.paymentId)
    }
    // Whoever takes one puts it off for the longest time: the shortest is over before a slow machine is through with all of them.
    await books.db('payments').where({ status: 'REFUNDING' }).update({ asked: 4 })
    startSettlers(3)
    for (const { paymentId, orderId } of payments) {
      await becomes(paymentId, 'REFUNDED')
      expect(await announced(books.db, orderId)).toEqual(['payment-completed', 'payment-refunded'])
    }
    expect(shop.calls.refund).toBe(payments.length)
    expect(shop.refunded.size).toBe(payments.length)
  })

  it('keeps a refund that the provider did not take for later', async () => {
    const payment = await claimed({ askAfterSeconds: 30 })
    await complete(books, payment, new Date())
    await markRefunding(books.db, payment.paymentId)
    shop.next.refundFails = true
    const before = shop.calls.refund
    const [settler] = startSettlers(1)
    await waitFor('a try', () => shop.calls.refund > before)
    expect(await readPayment(books.db, payment.paymentId)).toMatchObject({ status: 'REFUNDING', asked: 1 })
    shop.next.refundFails = false
    // What is put off is due later: here, at once.
    await books.db('payments').where({ payment_id: payment.paymentId }).update({ ask_at: books.db.fn.now() })
    settler!.wake()
    await becomes(payment.paymentId, 'REFUNDED')
  })
})
