import { randomUUID } from 'node:crypto'
import { paymentCompleted } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from './client.ts'
import { shop } from './shop/shop.ts'

// Nobody loses patience because a busy machine stands still for a while; and keys are held for longer than any of this takes:
// nothing here is resumed because a lease ran out.
const patience = { PAYMENT_PROVIDER_TIMEOUT_MS: '6000', PAYMENT_ORDER_WAIT_MS: '6000', IDEMPOTENCY_LEASE_S: '30' }
const { db, provider, start, app, call, pay, order, eventIds } = await shop(patience)
beforeAll(start)
afterEach(() => provider.away(false))

const keyed = (key: string) => ({ 'idempotency-key': key })
const chargesOf = (orderId: string) => provider.taken.filter((charge) => charge.orderId === orderId)
const codeOf = ({ status, body }: Answer) => (status === 201 ? 'CREATED' : body.code)
const inFlight = { status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' } }

describe('fifty parallel tries at one order', () => {
  it('with different keys charge it once', async () => {
    const orderId = await order(1, 500)
    const tries = Array.from({ length: 50 }, (_, i) => pay(1, orderId, 'card', keyed(`of-many-${i}`)))
    const codes = (await Promise.all(tries)).map(codeOf)
    expect(codes.filter((code) => code === 'CREATED')).toHaveLength(1)
    expect(chargesOf(orderId)).toMatchObject([{ amount: 500 }])
    expect((await eventIds(paymentCompleted))(orderId)).toHaveLength(1)
  })

  it('with one key charge it once', async () => {
    const orderId = await order(1, 501)
    const tries = Array.from({ length: 50 }, () => pay(1, orderId, 'card', keyed('of-one')))
    const codes = new Set((await Promise.all(tries)).map(codeOf))
    expect(codes).toContain('CREATED')
    expect([...codes].filter((code) => code !== 'CREATED' && code !== inFlight.body.code)).toEqual([])
    expect(chargesOf(orderId)).toMatchObject([{ amount: 501 }])
    expect((await eventIds(paymentCompleted))(orderId)).toHaveLength(1)
  })
})

describe('while the provider owes an answer', () => {
  it('a repeated key is told to come back, and another payment for the order as well', async () => {
    const orderId = await order(2, 600)
    const first = pay(2, orderId, 'silent', keyed('slow'))
    await waitFor('the charge', () => chargesOf(orderId).length === 1)
    const again = await pay(2, orderId, 'silent', keyed('slow'))
    expect(again).toMatchObject(inFlight)
    expect(again.headers.get('retry-after')).toBe('1')
    provider.away(true) // so that nobody finds out
    const other = await pay(2, orderId, 'card', keyed('other'))
    expect(other).toMatchObject({ status: 409, body: { code: 'PAYMENT_IN_PROGRESS' } })
    expect(other.headers.get('retry-after')).toBe('1')
    expect(await first).toMatchObject({ status: 504, body: { code: 'PAYMENT_OUTCOME_UNKNOWN' } })
  })

  it('the payment is PENDING, however often it is asked for or repeated, and COMPLETED when it is known', async () => {
    const orderId = await order(3, 700)
    provider.away(true)
    const told = await pay(3, orderId, 'card', keyed('unknown'))
    expect(told).toMatchObject({ status: 504, body: { code: 'PAYMENT_OUTCOME_UNKNOWN' } })
    expect(told.headers.get('retry-after')).toBe('1')
    const location = told.headers.get('location')!
    const pending = { paymentId: told.body.paymentId, orderId, status: 'PENDING', amount: 700 }
    expect(await call('GET', location, 3)).toMatchObject({ status: 200, body: pending })
    // The provider can not be asked either.
    expect(await pay(3, orderId, 'card', keyed('unknown'))).toMatchObject({
      status: 504,
      body: { paymentId: told.body.paymentId },
    })

    // It had not heard of the charge: the repeated request sends it again, under the same id.
    provider.away(false)
    const done = await pay(3, orderId, 'card', keyed('unknown'))
    expect(done).toMatchObject({ status: 201, body: { ...pending, status: 'COMPLETED' } })
    expect(await call('GET', location, 3)).toMatchObject({ status: 200, body: { status: 'COMPLETED' } })
    expect(chargesOf(orderId)).toMatchObject([{ paymentId: told.body.paymentId, amount: 700 }])
  })

  it('a client may leave: its payment goes on, and is there when it asks with its key', async () => {
    const orderId = await order(4, 800)
    const leaving = new AbortController()
    const body = { orderId, method: 'silent' }
    const left = call('POST', '/api/payments', 4, body, keyed('left'), leaving.signal)
    await waitFor('the charge', () => chargesOf(orderId).length === 1)
    leaving.abort()
    await expect(left).rejects.toThrow('aborted')
    const answer = await waitFor('the outcome', async () => {
      const found = await pay(4, orderId, 'silent', keyed('left'))
      return found.status === 201 && found
    })
    expect(answer.body).toMatchObject({ orderId, amount: 800, status: 'COMPLETED' })
    expect(chargesOf(orderId)).toHaveLength(1)
  })
})

it('a service that stops answers 503 to a payment that waits for its order, and charges nothing', async () => {
  const { length } = provider.taken
  const key = keyed('stopped')
  const waiting = pay(5, randomUUID(), 'card', key)
  await waitFor('the key to be taken', async () => await db('idempotency_keys').where({ key: 'stopped' }).first())
  const stopped = app().stop()
  const answer = await waiting
  expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await stopped).toEqual({ code: 0, signal: null })
  expect(provider.taken).toHaveLength(length)
})
