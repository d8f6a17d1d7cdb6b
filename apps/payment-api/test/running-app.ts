import { fileURLToPath } from 'node:url'
import { type OrderPlaced, orderPlaced, paymentCompleted, paymentRefunded } from '@firstcome/events'
import type { Kafka, Message } from '@firstcome/kafka'
import { countOf, follow, testKafka } from '@firstcome/kafka/testing'
import {
  type BrokerProxy,
  brokerProxy,
  type FaultProxy,
  faultProxy,
  startApp,
  type TestApp,
  testPrefix,
  testTopics,
  waitFor,
} from '@firstcome/testing'
import { beforeAll, expect } from 'vitest'
import { events, paymentDatabase, placedOrder } from './books.ts'
import { client } from './client.ts'

type AboutOrder = Message<{ orderId: string }>

/** payment-api as a process, with a database and topics of the test file's own, and the shop around it. */
export function runningApp() {
  let app: TestApp
  let start: () => Promise<TestApp>
  const outside = {} as {
    kafka: Kafka
    database: FaultProxy
    broker: BrokerProxy
    completed: AboutOrder[]
    refunded: AboutOrder[]
  }

  beforeAll(async () => {
    const prefix = testPrefix()
    const [url] = await Promise.all([paymentDatabase(), testTopics(prefix)])
    const [database, broker] = [await faultProxy(url), await brokerProxy()]
    start = () =>
      startApp(fileURLToPath(new URL('../src/main.ts', import.meta.url)), {
        KAFKA_PREFIX: prefix,
        DATABASE_URL: database.through(url),
        ...broker.env,
        PAYMENT_PROVIDER_TIMEOUT_MS: '200',
        // As long as a busy machine may stand still: an order that is on its way must come before patience ends.
        PAYMENT_ORDER_WAIT_MS: '6000',
        DATABASE_ACQUIRE_TIMEOUT_MS: '30000',
        KAFKA_OUTAGE_MAX_MS: '500',
        KAFKA_SESSION_TIMEOUT_MS: '6000', // the least a broker allows: how long a killed member's partitions stay orphaned
      })
    app = await start()
    const kafka = await testKafka(prefix, events)
    const [completed, refunded] = [await follow(kafka, paymentCompleted), await follow(kafka, paymentRefunded)]
    Object.assign(outside, { kafka, database, broker, completed, refunded })
  })

  const { call, pay } = client(() => app.url)

  /** Resolves once payment-api has taken it in. */
  async function announce(order: OrderPlaced): Promise<void> {
    const { partition, offset } = await outside.kafka.send(orderPlaced, order)
    await waitFor('the order to be known', async () => {
      const committed = await outside.kafka.committed('payment-api', orderPlaced.topic)
      return (committed.get(partition) ?? 0) > offset
    })
  }

  /** An order that payment-api knows. */
  async function place(userId: number, totalAmount?: number): Promise<OrderPlaced> {
    const order = placedOrder(userId, totalAmount)
    await announce(order)
    return order
  }

  /** Resolves once all events caused so far have been seen: the relay publishes in order, so one caused now comes last. */
  async function settledEvents(userId: number): Promise<void> {
    const { orderId } = await place(userId)
    expect((await pay(userId, orderId)).status).toBe(201)
    await waitFor('a later event', () => about(outside.completed, orderId).length > 0)
    for (const [event, seen] of [
      [paymentCompleted, outside.completed],
      [paymentRefunded, outside.refunded],
    ] as const) {
      await waitFor(`all of ${event.topic}`, async () => seen.length >= (await countOf(outside.kafka, event.topic)))
    }
  }

  return {
    outside,
    url: () => app.url,
    call,
    pay,
    announce,
    place,
    settledEvents,
    completedFor: (orderId: string) => about(outside.completed, orderId),
    refundedFor: (orderId: string) => about(outside.refunded, orderId),
    /** What readiness says, and the name of each resource that fails. */
    async ready(): Promise<{ status: number; failing: string[] }> {
      const response = await fetch(`${app.url}/health/ready`)
      const { failing = [] } = (await response.json()) as { failing?: { name: string }[] }
      return { status: response.status, failing: failing.map(({ name }) => name) }
    },
    stop: () => app.stop(),
    /** As a crash, and started again. */
    async crash() {
      await app.kill()
      app = await start()
    },
  }
}

const about = (messages: AboutOrder[], orderId: string) => messages.filter(({ value }) => value.orderId === orderId)
