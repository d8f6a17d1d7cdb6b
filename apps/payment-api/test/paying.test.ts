import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { orderPlaced } from '@firstcome/events'
import { testToken, waitFor } from '@firstcome/testing'
import { describe, expect, it } from 'vitest'
import { placedOrder } from './books.ts'
import type { Answer } from './client.ts'
import { runningApp } from './running-app.ts'

const { outside, url, call, pay, announce, place, settledEvents, completedFor } = runningApp()

describe('POST /api/payments', () => {
  it('takes the amount of the order, tells where the payment is, and announces it', async () => {
    const { orderId } = await place(1, 4200)
    const { status, headers, body } = await pay(1, orderId)
    expect({ status, body }).toEqual({
      status: 201,
      body: { paymentId: expect.any(String), orderId, status: 'COMPLETED', amount: 4200 },
    })
    const location = headers.get('location')
    expect(location).toBe(`/api/payments/${body.paymentId}`)
    expect(await call('GET', location!, 1)).toMatchObject({ status: 200, body: { ...body, method: 'card' } })

    const [event] = await waitFor('payment-completed', () => {
      const found = completedFor(orderId)
      return found.length > 0 && found
    })
    expect(event).toMatchObject({
      key: orderId,
      source: 'payment-api',
      value: { ...pick(body), userId: 1, method: 'card' },
    })
  })

  it('is one payment and one event under fifty parallel tries with different keys', async () => {
    const { orderId } = await place(2)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => pay(2, orderId, 'card', { 'idempotency-key': `try-${i}` })),
    )
    const codes = answers.map(({ status, body }) => (status === 201 ? 'CREATED' : body.code))
    expect(codes.filter((code) => code === 'CREATED')).toHaveLength(1)
    // On a slow machine some lose patience before the one is through.
    const others = new Set(codes.filter((code) => code !== 'CREATED'))
    expect([...others].filter((code) => code !== 'ORDER_ALREADY_PAID' && code !== 'PAYMENT_IN_PROGRESS')).toEqual([])
    await settledEvents(2)
    expect(completedFor(orderId)).toHaveLength(1)
  })

  it('is one payment and one event under fifty parallel tries with the same key', async () => {
    const { orderId } = await place(12)
    const key = { 'idempotency-key': 'all-at-once' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(12, orderId, 'card', key)))
    const made = answers.filter(({ status }) => status === 201)
    expect(made.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1)
    for (const { body } of made) expect(body).toEqual(made[0]!.body)
    for (const { status, headers, body } of answers.filter((answer) => !made.includes(answer))) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'IDEMPOTENCY_KEY_IN_FLIGHT', '1'])
    }
    await settledEvents(12)
    expect(completedFor(orderId)).toHaveLength(1)
  })

  it('answers a repeated key with what it answered before', async () => {
    const { orderId } = await place(3)
    const key = { 'idempotency-key': 'again' }
    const first = await pay(3, orderId, 'card', key)
    const second = await pay(3, orderId, 'card', key)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect([second.status, second.body]).toEqual([201, first.body])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.headers.get('location')).toBe(`/api/payments/${first.body.paymentId}`)
    expect(await pay(3, orderId, 'transfer', key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    // The quotes of a structured field are spelling.
    const quoted = await pay(3, orderId, 'card', { 'idempotency-key': '"again"' })
    expect(quoted.headers.get('idempotent-replayed')).toBe('true')
    // The key is the user's own: another user's order stays out of reach with it.
    expect(await pay(4, orderId, 'card', key)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
  })

  it('leaves the order payable after a decline, and repeats the decline under its key', async () => {
    const { orderId } = await place(5)
    const key = { 'idempotency-key': 'no-money' }
    const declined = await pay(5, orderId, 'declined', key)
    expect(declined).toMatchObject({ status: 402, body: { code: 'PAYMENT_DECLINED' } })
    const location = `/api/payments/${declined.body.paymentId}`
    expect(await call('GET', location, 5)).toMatchObject({ status: 200, body: { status: 'DECLINED' } })
    expect(await pay(5, orderId)).toMatchObject({ status: 201 })
    expectReplayed(declined, await pay(5, orderId, 'declined', key))
  })

  it('repeats every refusal that stays true, as it was, under its key', async () => {
    const { orderId } = await place(13)
    expect(await pay(13, orderId)).toMatchObject({ status: 201 })
    for (const [method, status, code] of [
      ['card', 409, 'ORDER_ALREADY_PAID'],
      ['barter', 422, 'PAYMENT_METHOD_UNKNOWN'],
    ] as const) {
      const key = { 'idempotency-key': code }
      const first = await pay(13, orderId, method, key)
      expect(first).toMatchObject({ status, body: { code } })
      expect(first.headers.get('idempotent-replayed')).toBeNull()
      expectReplayed(first, await pay(13, orderId, method, key))
    }
  })

  it('tries again under the same key what was refused for the moment only', async () => {
    const order = placedOrder(14)
    const key = { 'idempotency-key': 'too-early' }
    expect(await pay(14, order.orderId, 'card', key)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
    await announce(order)
    expect(await pay(14, order.orderId, 'card', key)).toMatchObject({ status: 201 })
  })

  it('says so when the outcome is unknown, finds it out, and never charges again', async () => {
    const { orderId } = await place(6)
    const key = { 'idempotency-key': 'silence' }
    const { status, body, headers } = await pay(6, orderId, 'timeout', key)
    expect([status, body.code]).toEqual([504, 'PAYMENT_OUTCOME_UNKNOWN'])
    const location = headers.get('location')!
    await waitFor('the outcome', async () => (await call('GET', location, 6)).body.status === 'COMPLETED')
    expect(await pay(6, orderId, 'timeout', key)).toMatchObject({
      status: 201,
      body: { paymentId: body.paymentId, status: 'COMPLETED' },
    })
    expect(await pay(6, orderId)).toMatchObject({ status: 409, body: { code: 'ORDER_ALREADY_PAID' } })
    await settledEvents(6)
    expect(completedFor(orderId)).toHaveLength(1)
  })

  it('waits for an order that was placed a moment ago', async () => {
    const order = placedOrder(7)
    const paying = pay(7, order.orderId)
    await outside.kafka.send(orderPlaced, order)
    expect(await paying).toMatchObject({ status: 201 })
  })

  it('hides whether an order exists that is not the caller’s', async () => {
    const { orderId } = await place(8)
    const [foreign, unknown] = [await pay(9, orderId), await pay(9, randomUUID())]
    for (const answer of [foreign, unknown])
      expect(answer).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
    expect(foreign.body.detail).toBe(unknown.body.detail)
  })

  it.each([
    ['a key of 300 characters', {}, { 'idempotency-key': 'x'.repeat(300) }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['an empty key', {}, { 'idempotency-key': '' }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['a key of two words', {}, { 'idempotency-key': 'two words' }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['a method nobody knows', { method: 'barter' }, {}, 422, 'PAYMENT_METHOD_UNKNOWN'],
    ['an order id that is none', { orderId: '12' }, {}, 400, 'VALIDATION_FAILED'],
    ['an amount of its own', { amount: 1 }, {}, 400, 'VALIDATION_FAILED'],
  ])('refuses %s', async (_what, fields, headers, status, code) => {
    const body = { orderId: randomUUID(), method: 'card', ...fields }
    expect(await call('POST', '/api/payments', 1, body, headers)).toMatchObject({ status, body: { code } })
  })

  it('refuses a key that is sent twice', async () => {
    // fetch would join the two into one header.
    const request = http.request(`${url()}/api/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await testToken(1)}`,
        'content-type': 'application/json',
        'idempotency-key': ['"two', 'halves"'],
      },
    })
    request.end(JSON.stringify({ orderId: randomUUID(), method: 'card' }))
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const body = JSON.parse(Buffer.concat(await Array.fromAsync(response)).toString())
    expect([response.statusCode, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_MALFORMED'])
  })

  it('refuses somebody without a token', async () => {
    const answer = await call(
      'POST',
      '/api/payments',
      1,
      { orderId: randomUUID(), method: 'card' },
      { authorization: '' },
    )
    expect(answer).toMatchObject({ status: 401 })
  })
})

describe('GET /api/payments/:paymentId', () => {
  it('shows nobody else’s payment', async () => {
    const { orderId } = await place(10)
    const { body } = await pay(10, orderId)
    const unknown = { status: 404, body: { code: 'PAYMENT_NOT_FOUND' } }
    expect(await call('GET', `/api/payments/${body.paymentId}`, 11)).toMatchObject(unknown)
    expect(await call('GET', `/api/payments/${randomUUID()}`, 10)).toMatchObject(unknown)
    expect(await call('GET', '/api/payments/no-uuid', 10)).toMatchObject(unknown)
    expect(await call('GET', `/api/payments/${body.paymentId}`, 10, undefined, { authorization: '' })).toMatchObject({
      status: 401,
    })
  })
})

/** The same status, headers and body, and that it is no new answer. The trace is that of the request. */
function expectReplayed(first: Answer, second: Answer): void {
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  const body = { ...first.body, traceId: expect.any(String) }
  expect([second.status, second.body]).toEqual([first.status, body])
}

function pick({ paymentId, orderId, amount }: Record<string, unknown>) {
  return { paymentId, orderId, amount }
}
