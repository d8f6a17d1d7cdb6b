import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  deadLetterTopic,
  type OrderPlaced,
  orderPlaced,
  orderRejected,
  paymentCompleted,
  paymentRefunded,
} from '@firstcome/events'
import type { Kafka, Message } from '@firstcome/kafka'
import {
  type FaultProxy,
  faultProxy,
  startApp,
  type TestApp,
  testPrefix,
  testToken,
  testTopics,
  waitFor,
} from '@firstcome/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { events, paymentDatabase, placedOrder } from './books.ts'
import { countOf, follow, testKafka } from './kafka.ts'

const prefix = testPrefix()
const group = 'payment-api'

let kafka: Kafka
let database: FaultProxy
let app: TestApp
let start: () => Promise<TestApp>
let completed: Message<{ orderId: string }>[]
let refunded: Message<{ orderId: string }>[]

beforeAll(async () => {
  const [url] = await Promise.all([paymentDatabase(), testTopics(prefix)])
  database = await faultProxy(url)
  start = () =>
    startApp(fileURLToPath(new URL('../src/main.ts', import.meta.url)), {
      KAFKA_PREFIX: prefix,
      DATABASE_URL: database.through(url),
      PAYMENT_PROVIDER_TIMEOUT_MS: '200',
      PAYMENT_ORDER_WAIT_MS: '1500',
      KAFKA_OUTAGE_MAX_MS: '500',
      KAFKA_SESSION_TIMEOUT_MS: '6000', // the least a broker allows: how long a killed member's partitions stay orphaned
    })
  app = await start()
  kafka = await testKafka(prefix, events)
  completed = await follow(kafka, paymentCompleted)
  refunded = await follow(kafka, paymentRefunded)
})

interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

async function call(
  method: string,
  path: string,
  userId: number,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await testToken(userId)}`,
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
}
const pay = (userId: number, orderId: string, method = 'card', headers?: Record<string, string>) =>
  call('POST', '/api/payments', userId, { orderId, method }, headers)

async function place(userId: number, totalAmount?: number): Promise<OrderPlaced> {
  const order = placedOrder(userId, totalAmount)
  await kafka.send(orderPlaced, order)
  return order
}
const about = (messages: Message<{ orderId: string }>[], orderId: string) =>
  messages.filter(({ value }) => value.orderId === orderId)
/** Resolves once all events caused so far have been seen: the relay publishes in order, so one caused now comes last. */
async function settledEvents(userId: number): Promise<void> {
  const { orderId } = await place(userId)
  expect((await pay(userId, orderId)).status).toBe(201)
  await waitFor('a later event', () => about(completed, orderId).length > 0)
  for (const [event, seen] of [
    [paymentCompleted, completed],
    [paymentRefunded, refunded],
  ] as const) {
    await waitFor(`all of ${event.topic}`, async () => seen.length >= (await countOf(kafka, event.topic)))
  }
}

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
      const found = about(completed, orderId)
      return found.length > 0 && found
    })
    expect(event).toMatchObject({
      key: orderId,
      source: 'payment-api',
      value: { ...pick(body), userId: 1, method: 'card' },
    })
  })

  it('is one payment and one event under twenty parallel tries with different keys', async () => {
    const { orderId } = await place(2)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => pay(2, orderId, 'card', { 'idempotency-key': `try-${i}` })),
    )
    const codes = answers.map(({ status, body }) => (status === 201 ? 'CREATED' : body.code))
    expect(codes.filter((code) => code === 'CREATED')).toHaveLength(1)
    expect(codes.filter((code) => code === 'ORDER_ALREADY_PAID')).toHaveLength(19)
    await settledEvents(2)
    expect(about(completed, orderId)).toHaveLength(1)
  })

  it('answers a repeated key with what it answered before', async () => {
    const { orderId } = await place(3)
    const key = { 'idempotency-key': 'again' }
    const first = await pay(3, orderId, 'card', key)
    const second = await pay(3, orderId, 'card', key)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect([second.status, second.body]).toEqual([201, first.body])
    expect(await pay(3, orderId, 'transfer', key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    // The key is the user's own: another user's order stays out of reach with it.
    expect(await pay(4, orderId, 'card', key)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
  })

  it('leaves the order payable after a decline, and repeats the decline under its key', async () => {
    const { orderId } = await place(5)
    const key = { 'idempotency-key': 'no-money' }
    const declined = { status: 402, body: { code: 'PAYMENT_DECLINED' } }
    expect(await pay(5, orderId, 'declined', key)).toMatchObject(declined)
    expect(await pay(5, orderId)).toMatchObject({ status: 201 })
    const again = await pay(5, orderId, 'declined', key)
    expect(again).toMatchObject(declined)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
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
    expect(about(completed, orderId)).toHaveLength(1)
  })

  it('waits for an order that was placed a moment ago', async () => {
    const order = placedOrder(7)
    const paying = pay(7, order.orderId)
    await kafka.send(orderPlaced, order)
    expect(await paying).toMatchObject({ status: 201 })
  })

  it('hides whether an order exists that is not the caller’s', async () => {
    const { orderId } = await place(8)
    await settledEvents(8)
    const [foreign, unknown] = [await pay(9, orderId), await pay(9, randomUUID())]
    for (const answer of [foreign, unknown])
      expect(answer).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
    expect(foreign.body.detail).toBe(unknown.body.detail)
  })

  it.each([
    ['a key of 256 characters', {}, { 'idempotency-key': 'x'.repeat(256) }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['a key of two words', {}, { 'idempotency-key': 'two words' }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['a method nobody knows', { method: 'barter' }, {}, 422, 'PAYMENT_METHOD_UNKNOWN'],
    ['an order id that is none', { orderId: '12' }, {}, 400, 'VALIDATION_FAILED'],
    ['an amount of its own', { amount: 1 }, {}, 400, 'VALIDATION_FAILED'],
  ])('refuses %s', async (_what, fields, headers, status, code) => {
    const body = { orderId: randomUUID(), method: 'card', ...fields }
    expect(await call('POST', '/api/payments', 1, body, headers)).toMatchObject({ status, body: { code } })
  })
})

describe('GET /api/payments/:paymentId', () => {
  it('shows nobody else’s payment', async () => {
    const { orderId } = await place(10)
    const { body } = await pay(10, orderId)
    const unknown = { status: 404, body: { code: 'PAYMENT_NOT_FOUND' } }
    expect(await call('GET', `/api/payments/${body.paymentId}`, 11)).toMatchObject(unknown)
    expect(await call('GET', `/api/payments/${randomUUID()}`, 10)).toMatchObject(unknown)
  })
})

describe('a rejected order', () => {
  const reject = (order: OrderPlaced, paymentId: string | null, id?: string) => {
    const { orderId, userId, totalAmount } = order
    const value = {
      orderId,
      userId,
      paymentId,
      amount: paymentId ? totalAmount : 0,
      reason: 'ORDER_EXPIRED' as const,
      rejectedAt: Date.now(),
    }
    return kafka.send(orderRejected, value, id ? { id } : {})
  }

  it('gets its money back once, though it is told of its rejection several times', async () => {
    const order = await place(20, 700)
    const { body } = await pay(20, order.orderId)
    const paymentId = String(body.paymentId)
    await reject(order, paymentId, '01890a5d-ac96-774b-bcce-b302099a8057')
    await reject(order, paymentId, '01890a5d-ac96-774b-bcce-b302099a8057')
    const last = await reject(order, paymentId)
    const [event] = await waitFor('payment-refunded', () => {
      const found = about(refunded, order.orderId)
      return found.length > 0 && found
    })
    expect(event).toMatchObject({
      key: order.orderId,
      value: { paymentId, orderId: order.orderId, userId: 20, amount: 700 },
    })
    await waitFor('all three to be dealt with', async () => {
      const committed = await kafka.committed(group, orderRejected.topic)
      return (committed.get(last.partition) ?? 0) > last.offset
    })
    expect((await call('GET', `/api/payments/${paymentId}`, 20)).body).toMatchObject({
      status: 'REFUNDED',
      amount: 700,
    })
    await settledEvents(20)
    expect(about(refunded, order.orderId)).toHaveLength(1)
    expect(await pay(20, order.orderId)).toMatchObject({ status: 409 })
  })

  it('takes no payment any more', async () => {
    const order = await place(21)
    await settledEvents(21)
    const { partition, offset } = await reject(order, null)
    await waitFor(
      'the rejection to be known',
      async () => ((await kafka.committed(group, orderRejected.topic)).get(partition) ?? 0) > offset,
    )
    expect(await pay(21, order.orderId)).toMatchObject({ status: 409, body: { code: 'ORDER_NOT_PAYABLE' } })
  })

  it('is parked when it names a payment that does not exist', async () => {
    await reject(await place(22), randomUUID())
    await waitFor(
      'the dead letter',
      async () => (await countOf(kafka, deadLetterTopic(orderRejected.topic, group))) === 1,
    )
  })
})

describe('payment-api', () => {
  it('loses no order and no event when it is killed', async () => {
    const orders = await Promise.all(Array.from({ length: 30 }, () => place(30)))
    await Promise.all(orders.slice(0, 15).map(({ orderId }) => pay(30, orderId)))
    await app.kill()
    app = await start()
    for (const { orderId } of orders) {
      const { status, body } = await waitFor('an answer', async () => {
        const answer = await pay(30, orderId)
        return answer.status !== 404 && answer
      })
      expect(status === 201 || body.code === 'ORDER_ALREADY_PAID').toBe(true)
    }
    await waitFor('all events', () => orders.every(({ orderId }) => about(completed, orderId).length > 0))
    const ids = (orderId: string) => new Set(about(completed, orderId).map(({ id }) => id))
    // The relay may publish an event twice after a crash, but it is the same event.
    for (const { orderId } of orders) expect(ids(orderId).size).toBe(1)
  }, 120_000)

  it('answers 503 while its database is away, and goes on when it is back', async () => {
    const { orderId } = await place(31)
    await settledEvents(31)
    await database.down()
    expect(await pay(31, orderId, 'card', { 'idempotency-key': 'later' })).toMatchObject({ status: 503 })
    await database.resume()
    const answer = await waitFor('an answer', async () => {
      const found = await pay(31, orderId, 'card', { 'idempotency-key': 'later' })
      return found.status !== 503 && found
    })
    expect(answer).toMatchObject({ status: 201 })
    await waitFor('payment-completed', () => about(completed, orderId).length === 1)
  })

  it('stops in time when it is told to', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
  })
})

function pick({ paymentId, orderId, amount }: Record<string, unknown>) {
  return { paymentId, orderId, amount }
}
