import { fileURLToPath } from 'node:url'
import { deadLetterTopic, type OrderConfirmed, orderConfirmed } from '@firstcome/events'
import type { Kafka } from '@firstcome/kafka'
import { countOf, testKafka } from '@firstcome/kafka/testing'
import { connectDatabase, type Database, migrate } from '@firstcome/stores/postgres'
import {
  type FaultProxy,
  faultProxy,
  startApp,
  type TestApp,
  testDatabase,
  testPrefix,
  testTopics,
  waitFor,
} from '@firstcome/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const prefix = testPrefix()

let kafka: Kafka
let db: Database
let proxy: FaultProxy
let app: TestApp
let start: () => Promise<TestApp>

beforeAll(async () => {
  const [database] = await Promise.all([testDatabase(), testTopics(prefix)])
  await migrate(database.url, [path('../migrations')])
  db = connectDatabase({ url: database.url, poolSize: 2 })
  proxy = await faultProxy(database.url)
  kafka = await testKafka(prefix, [orderConfirmed])
  start = () =>
    startApp(path('../src/main.ts'), {
      KAFKA_PREFIX: prefix,
      DATABASE_URL: proxy.through(database.url),
      KAFKA_OUTAGE_MAX_MS: '500',
      KAFKA_SESSION_TIMEOUT_MS: '6000', // the least a broker allows: how long a killed member's partitions stay orphaned
    })
  app = await start()
})
afterAll(() => db?.close())

const readiness = async () => (await fetch(`${app.url}/health/ready`)).status
const confirm = (order: OrderConfirmed, id?: string) => kafka.send(orderConfirmed, order, id ? { id } : {})
const orderRows = (userId: number) => db('order_facts').where({ user_id: userId })
const stored = async (userId: number) => (await orderRows(userId)).length
const orders = (userId: number, count: number) => Array.from({ length: count }, () => confirmedOrder({ userId }))

describe('a confirmed order', () => {
  it('is stored with its items, the event it came from and its place in the log', async () => {
    const order = confirmedOrder({
      userId: 1,
      items: [
        { productId: 7, quantity: 2, unitPrice: 500 },
        { productId: 3, quantity: 1, unitPrice: 9_007_199_254_740_991 },
      ],
    })
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    const { partition, offset } = await confirm(order, id)
    const [fact] = await waitFor('the order', async () => {
      const rows = await orderRows(1)
      return rows.length > 0 && rows
    })
    expect(fact).toEqual({
      order_id: order.orderId,
      user_id: 1,
      payment_id: order.paymentId,
      total_amount: order.totalAmount,
      placed_at: new Date(order.placedAt),
      confirmed_at: new Date(order.confirmedAt),
      event_id: id,
      log_partition: partition,
      log_offset: offset,
      stored_at: expect.any(Date),
    })
    const items = await db('order_item_facts').where({ order_id: order.orderId }).orderBy('line')
    const common = { order_id: order.orderId, confirmed_at: new Date(order.confirmedAt) }
    expect(items).toEqual([
      { ...common, line: 1, product_id: 7, quantity: 2, unit_price: 500 },
      { ...common, line: 2, product_id: 3, quantity: 1, unit_price: 9_007_199_254_740_991 },
    ])
  })

  it('is one row, however often its event is published', async () => {
    const order = confirmedOrder({ userId: 2 })
    await confirm(order, '01890a5d-ac96-774b-bcce-b302099a8058')
    await confirm(order, '01890a5d-ac96-774b-bcce-b302099a8058')
    const last = await confirm(order)
    const [row] = await waitFor('the last of the three', async () => {
      const rows = await orderRows(2)
      return rows[0]?.log_offset === last.offset && rows
    })
    expect(row).toMatchObject({ order_id: order.orderId, log_partition: last.partition })
    expect(await stored(2)).toBe(1)
    expect(await db('order_item_facts').where({ order_id: order.orderId })).toHaveLength(1)
  })
})

describe('the sink', () => {
  it('stores every order once, though it is killed while it stores', async () => {
    const sent = orders(3, 2000)
    const sending = Promise.all(sent.map((order) => confirm(order)))
    for (const least of [1, 500]) {
      await waitFor(`${least} orders`, async () => (await stored(3)) >= least)
      await app.kill()
      app = await start()
    }
    await sending
    await waitFor('all orders', async () => (await stored(3)) === sent.length, { timeoutMs: 60_000 })
    const { rows } = await db.raw(
      `select count(*) from order_item_facts join order_facts using (order_id) where user_id = 3`,
    )
    expect(rows).toEqual([{ count: sent.length }])
  }, 150_000)

  it('waits while its database is away, and catches up: nothing is lost, nothing dead-lettered', async () => {
    await proxy.down()
    await Promise.all(orders(4, 100).map((order) => confirm(order)))
    await waitFor('an order to meet the outage', () =>
      app.logs().some((line) => line.partition !== undefined && line.err),
    )
    await waitFor('it to say so', async () => (await readiness()) === 503)
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200)
    expect(await stored(4)).toBe(0)

    await proxy.resume()
    await waitFor('all orders', async () => (await stored(4)) === 100)
    expect(await countOf(kafka, deadLetterTopic(orderConfirmed.topic, 'data-platform-sink'))).toBe(0)
  })

  it('stores the neighbours of an order that it can not store, and parks that one', async () => {
    const broken = confirmedOrder({ userId: 5, totalAmount: -1 })
    await Promise.all([...orders(5, 20), broken, ...orders(5, 20)].map((order) => confirm(order)))
    await waitFor('the neighbours', async () => (await stored(5)) === 40)
    await waitFor(
      'the dead letter',
      async () => (await countOf(kafka, deadLetterTopic(orderConfirmed.topic, 'data-platform-sink'))) === 1,
    )
    expect(await orderRows(5).where({ order_id: broken.orderId })).toEqual([])
  })

  it('stops in time when it is told to', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
  })
})
