import { paymentCompleted, paymentRefunded } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { markRefunding } from '../src/payments/payments.ts'
import type { FailPoint } from './shop/fail-points.ts'
import { shop } from './shop/shop.ts'

// Many processes one after the other, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 180_000 })

const { db, provider, start, dieAt, app, pay, call, order, eventIds } = await shop()
const killed = { code: null, signal: 'SIGKILL' }
const userId = 1

interface Made {
  orderId: string
  amount: number
  key: string
}
let made: Made[] = []
let amount = 1000
beforeEach(async () => {
  made = []
  await start()
})

const tryToPay = ({ orderId, key }: Made, method: string) => pay(userId, orderId, method, { 'idempotency-key': key })

/** The answer to a request that is repeated; the key of one that died is free when its lease has run out. */
const repeat = (one: Made, method: string) =>
  waitFor('the lease to end', async () => {
    const found = await tryToPay(one, method)
    return found.body.code !== 'IDEMPOTENCY_KEY_IN_FLIGHT' && found
  })

async function newOrder(): Promise<Made> {
  amount += 1
  const orderId = await order(userId, amount)
  const one = { orderId, amount, key: `of-${orderId}` }
  made.push(one)
  return one
}

async function paymentOf({ orderId }: Made): Promise<string> {
  const [paymentId, ...more] = await db('payments').where({ order_id: orderId }).pluck('payment_id')
  expect(more).toEqual([])
  return paymentId
}

/** What was put off is due later: here, at once. */
const putForward = () => db('payments').whereNotNull('ask_at').update({ ask_at: db.fn.now() })

async function becomes(one: Made, status: string): Promise<void> {
  const path = `/api/payments/${await paymentOf(one)}`
  await waitFor(`payment to become ${status}`, async () => (await call('GET', path, userId)).body.status === status)
}

/** One charge for each order, of its amount, by the payment that stands in the books and is announced under one id. */
async function expectPaidOnce(): Promise<void> {
  const ids = await eventIds(paymentCompleted)
  for (const one of made) {
    const charges = provider.taken.filter(({ orderId }) => orderId === one.orderId)
    expect(charges).toMatchObject([{ paymentId: await paymentOf(one), amount: one.amount }])
    expect(ids(one.orderId)).toHaveLength(1)
  }
}

describe('a payment whose process dies', () => {
  it('at any step is made once when the request is repeated', async () => {
    const points: FailPoint[] = ['key-taken', 'claimed', 'charged', 'before-commit', 'committed']
    for (const point of points) {
      await dieAt(point)
      await expect(tryToPay(await newOrder(), 'card')).rejects.toThrow('fetch failed')
      expect(await app().ended).toEqual(killed)
      await start()
    }
    for (const one of made) {
      const answer = await repeat(one, 'card')
      const body = { paymentId: await paymentOf(one), orderId: one.orderId, status: 'COMPLETED', amount: one.amount }
      expect(answer).toMatchObject({ status: 201, body })
      // Only the last had given its answer to the database.
      expect(answer.headers.get('idempotent-replayed')).toBe(one === made.at(-1) ? 'true' : null)
      expect((await tryToPay(one, 'card')).headers.get('idempotent-replayed')).toBe('true')
    }
    await expectPaidOnce()
  })

  it('while it finds out what became of it is settled by the next, and never charged again', async () => {
    const points: FailPoint[] = ['before-find', 'found']
    for (const point of points) {
      await dieAt(point)
      // Whoever asks is the settler: the request may have been answered before it came to that, or not.
      await tryToPay(await newOrder(), 'silent').then(
        ({ status }) => expect(status).toBe(504),
        (error) => expect(String(error)).toContain('fetch failed'),
      )
      expect(await app().ended).toEqual(killed)
      await start()
      await putForward()
      await becomes(made.at(-1)!, 'COMPLETED')
    }
    for (const one of made) expect(await repeat(one, 'silent')).toMatchObject({ status: 201 })
    await expectPaidOnce()
  })

  it('while it gives the money back gives it back once, by the next', async () => {
    const points: FailPoint[] = ['before-refund', 'refunded', 'before-commit']
    for (const point of points) {
      const one = await newOrder()
      expect(await tryToPay(one, 'card')).toMatchObject({ status: 201 })
      await dieAt(point)
      await markRefunding(db, await paymentOf(one))
      expect(await app().ended).toEqual(killed)
      await start()
      await putForward()
      await becomes(one, 'REFUNDED')
    }
    await expectPaidOnce()
    const ids = await eventIds(paymentRefunded)
    for (const one of made) {
      const refunds = provider.refunded.filter(({ orderId }) => orderId === one.orderId)
      expect(refunds).toMatchObject([{ paymentId: await paymentOf(one), amount: one.amount }])
      expect(ids(one.orderId)).toHaveLength(1)
    }
  })
})
