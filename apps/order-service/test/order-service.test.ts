import {
  orderConfirmed,
  orderPlaced,
  orderRejected,
  type PaymentCompleted,
  paymentCompleted,
  paymentRefunded,
} from '@firstcome/events'
import { countOf, follow, testKafka } from '@firstcome/kafka/testing'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { aPayment, openShop } from './shop.ts'

const shop = await openShop()
const events = [orderPlaced, orderConfirmed, orderRejected, paymentCompleted, paymentRefunded]
const kafka = await testKafka(shop.prefix, events)
const [placed, confirmed, rejected] = await Promise.all([
  follow(kafka, orderPlaced),
  follow(kafka, orderConfirmed),
  follow(kafka, orderRejected),
])

const announced = () => new Set(placed.map(({ key }) => key))
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const cups = [{ productId: 1, quantity: 2 }]
const place = async (items: unknown = cups) => (await shop.call('POST /api/orders', { as: 42, body: { items } })).body
const look = async (orderId: string, as = 42, admin = false) => shop.call(`GET /api/orders/${orderId}`, { as, admin })
const status = async (orderId: string) => (await look(orderId)).body.status
const of = <T>(seen: { key: string; value: T }[], orderId: string) =>
  seen.filter(({ key }) => key === orderId).map(({ value }) => value)
/** Resolves when order-service has dealt with this payment and all before it on its partition. */
const pay = async (payment: PaymentCompleted, id = uuidv7()) => {
  const { partition, offset } = await kafka.send(paymentCompleted, payment, { id })
  await waitFor('the payment to be dealt with', async () => {
    const committed = await kafka.committed('order-service', paymentCompleted.topic)
    return (committed.get(partition) ?? 0) > offset
  })
}

describe('an order', () => {
  test('is placed at the shop’s prices, told where it is, and announced once, under its id', async () => {
    const items = [
      { productId: 2, quantity: 1 },
      { productId: 1, quantity: 2 },
      { productId: 1, quantity: 3 },
    ]
    const reply = await shop.call('POST /api/orders', { as: 42, body: { items } })
    const { orderId } = reply.body
    const priced = [
      { productId: 1, quantity: 5, unitPrice: 1200 },
      { productId: 2, quantity: 1, unitPrice: 4900 },
    ]
    expect(reply).toEqual({
      status: 201,
      location: `/api/orders/${orderId}`,
      body: { orderId: expect.stringMatching(uuid7), status: 'PENDING_PAYMENT', totalAmount: 10_900, items: priced },
    })

    const event = await waitFor('order-placed', () => placed.find(({ key }) => key === orderId))
    const placedAt = event.value.placedAt
    expect(event.value).toEqual({ orderId, userId: 42, items: priced, totalAmount: 10_900, placedAt })
    expect(event.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_id: expect.stringMatching(uuid7),
      ce_source: 'order-service',
      ce_type: orderPlaced.type,
      ce_time: new Date(placedAt).toISOString(),
      'content-type': 'application/avro',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
    })
    expect(await look(orderId)).toMatchObject({
      status: 200,
      body: { orderId, userId: 42, status: 'PENDING_PAYMENT', totalAmount: 10_900, items: priced, placedAt },
    })
  })

  test('is seen by its owner and by an admin; to others it does not exist', async () => {
    const { orderId } = await place()
    expect((await look(orderId, 1, true)).status).toBe(200)
    const missing = { status: 404, body: { code: 'ORDER_NOT_FOUND' } }
    expect(await look(orderId, 43)).toMatchObject(missing)
    expect(await look(uuidv7())).toMatchObject(missing)
    expect(await look('no-uuid')).toMatchObject(missing)
  })

  test('is confirmed by its payment, once, however often that is delivered', async () => {
    const { orderId, totalAmount } = await place()
    const payment = aPayment({ orderId, amount: Number(totalAmount) })
    const id = uuidv7()
    await pay(payment, id)
    await pay(payment, id) // redelivered: the inbox knows it
    await pay(payment) // published again by mistake: the order knows it
    expect(await look(orderId)).toMatchObject({ body: { status: 'CONFIRMED', paymentId: payment.paymentId } })

    const [event] = await waitFor('order-confirmed', () => of(confirmed, orderId).length > 0 && of(confirmed, orderId))
    expect(event).toMatchObject({ orderId, userId: 42, paymentId: payment.paymentId, totalAmount })
    expect(event?.items).toEqual([{ productId: 1, quantity: 2, unitPrice: 1200 }])
    await settled()
    expect(of(confirmed, orderId)).toHaveLength(1)
    expect(of(rejected, orderId)).toEqual([])
  })
})

describe('a payment goes back', () => {
  test('when it is the second one for its order, which stays confirmed', async () => {
    const { orderId } = await place()
    const [first, second] = [aPayment({ orderId, amount: 2400 }), aPayment({ orderId, amount: 2400 })]
    await pay(first)
    await pay(second)
    await waitFor('order-rejected', () => of(rejected, orderId).length > 0)
    expect(of(rejected, orderId)).toMatchObject([
      { paymentId: second.paymentId, amount: 2400, reason: 'ORDER_ALREADY_PAID' },
    ])
    expect(await look(orderId)).toMatchObject({ body: { status: 'CONFIRMED', paymentId: first.paymentId } })
  })

  test('when its amount is not the order’s, and the order ends; the refund is on record', async () => {
    const { orderId } = await place()
    const payment = aPayment({ orderId, amount: 1 })
    await pay(payment)
    await waitFor('order-rejected', () => of(rejected, orderId).length > 0)
    expect(of(rejected, orderId)).toMatchObject([
      { orderId, paymentId: payment.paymentId, amount: 1, reason: 'AMOUNT_MISMATCH' },
    ])
    expect(await look(orderId)).toMatchObject({ body: { status: 'REJECTED', reason: 'AMOUNT_MISMATCH' } })

    const { paymentId } = payment
    await kafka.send(paymentRefunded, { paymentId, orderId, userId: 42, amount: 1, refundedAt: Date.now() })
    const refund = await waitFor('the refund', () => shop.db('refunds').where({ order_id: orderId }).first())
    expect(refund).toMatchObject({ payment_id: paymentId, amount: 1 })
  })

  test('when nobody placed its order', async () => {
    const payment = aPayment({ orderId: uuidv7(), amount: 2400 })
    await pay(payment)
    const [event] = await waitFor('order-rejected', () => {
      const found = of(rejected, payment.orderId)
      return found.length > 0 && found
    })
    expect(event).toMatchObject({ paymentId: payment.paymentId, amount: 2400, reason: 'ORDER_NOT_FOUND' })
  })

  test('when its order was ended by a refund that was heard of first', async () => {
    const { orderId } = await place()
    const payment = aPayment({ orderId, amount: 2400 })
    const { paymentId } = payment
    await kafka.send(paymentRefunded, { paymentId, orderId, userId: 42, amount: 2400, refundedAt: Date.now() })
    await waitFor('the order to end', async () => (await status(orderId)) === 'REJECTED')
    await pay(payment)
    await waitFor('order-rejected', () => of(rejected, orderId).length > 0)
    expect(await status(orderId)).toBe('REJECTED')
  })
})

describe('a wrong request is refused, and leaves nothing behind', () => {
  const item = (fields: object) => ({ items: [{ productId: 1, quantity: 1, ...fields }] })
  const many = Array.from({ length: 101 }, (_, index) => ({ productId: index + 1, quantity: 1 }))
  const refused: [what: string, body: unknown, status: number, code: string, field?: string][] = [
    ['no items', {}, 400, 'VALIDATION_FAILED', 'items'],
    ['an empty list', { items: [] }, 400, 'VALIDATION_FAILED', 'items'],
    ['101 items', { items: many }, 400, 'VALIDATION_FAILED', 'items'],
    ['quantity 0', item({ quantity: 0 }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['quantity -1', item({ quantity: -1 }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['quantity 1.5', item({ quantity: 1.5 }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['quantity 1001', item({ quantity: 1001 }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['quantity 2^53', item({ quantity: 2 ** 53 }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['quantity "1"', item({ quantity: '1' }), 400, 'VALIDATION_FAILED', 'items.0.quantity'],
    ['product 0', item({ productId: 0 }), 400, 'VALIDATION_FAILED', 'items.0.productId'],
    ['product 2^53', item({ productId: 2 ** 53 }), 400, 'VALIDATION_FAILED', 'items.0.productId'],
    ['a price of the client’s own', item({ unitPrice: 1 }), 400, 'VALIDATION_FAILED', 'items.0.unitPrice'],
    ['an unknown field', { ...item({}), total: 1 }, 400, 'VALIDATION_FAILED', 'total'],
    ['broken JSON', '{"items":', 400, 'MALFORMED_JSON'],
    ['17 KiB', JSON.stringify({ items: [], padding: 'x'.repeat(17 * 1024) }), 413, 'BODY_TOO_LARGE'],
    ['a product the shop does not have', item({ productId: 4711 }), 422, 'PRODUCT_UNKNOWN'],
  ]

  const traces = async () => ({
    orders: Number((await shop.db('orders').count())[0]?.count),
    waiting: Number((await shop.db('outbox').count())[0]?.count),
    announced: await countOf(kafka, orderPlaced.topic),
  })

  test.each(refused)('%s', async (_, body, status, code, field) => {
    await settled()
    const before = await traces()
    const reply = await shop.call('POST /api/orders', { as: 42, body })
    expect(reply).toMatchObject({ status, body: { code } })
    if (field) expect(new Set(reply.body.errors?.map((error) => error.field))).toEqual(new Set([field]))
    expect(await traces()).toEqual(before)
  })

  test('a product the shop does not have is named', async () => {
    const reply = await shop.call('POST /api/orders', {
      as: 42,
      body: { items: [...cups, { productId: 4711, quantity: 1 }] },
    })
    expect(reply.body).toMatchObject({ productIds: [4711], detail: expect.stringContaining('4711') })
  })

  test('no token', async () => {
    const reply = await shop.call('POST /api/orders', { body: { items: cups } })
    expect(reply).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  test('an amount that no JavaScript number holds', async () => {
    await shop.db('products').insert({ id: 99, name: 'The moon', price: Number.MAX_SAFE_INTEGER })
    const reply = await shop.call('POST /api/orders', { as: 42, body: { items: [{ productId: 99, quantity: 2 }] } })
    expect(reply).toMatchObject({ status: 422, body: { code: 'AMOUNT_TOO_LARGE' } })
  })
})

describe('the process', () => {
  test('is killed while orders come in: every order it took is announced, and none that it did not', async () => {
    const taken: string[] = []
    const client = async () => {
      for (;;) taken.push((await place()).orderId)
    }
    const clients = Promise.allSettled(Array.from({ length: 8 }, client))
    await waitFor('some orders', () => taken.length >= 100)
    await shop.app.kill()
    await clients
    await shop.restart()
    await settled()

    const stored: { id: string }[] = await shop.db('orders').select('id')
    const orders = new Set(stored.map(({ id }) => id))
    expect(taken.filter((orderId) => !orders.has(orderId))).toEqual([])
    await waitFor('every order in the topic', () => orders.isSubsetOf(announced()))
    expect(announced()).toEqual(orders)
  })

  test('stops when it is told to, having published what it took', async () => {
    const { orderId } = await place()
    expect(await shop.app.stop()).toEqual({ code: 0, signal: null })
    expect(await shop.db('orders').where({ id: orderId })).toHaveLength(1)
    await shop.restart()
    await waitFor('order-placed', () => of(placed, orderId).length > 0)
  })
})

/** Resolves when everything that was to be announced so far has left. */
function settled(): Promise<boolean> {
  return waitFor('an empty outbox', async () => (await shop.db('outbox').first()) === undefined)
}
