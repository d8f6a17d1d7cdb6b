import { randomUUID } from 'node:crypto'
import { type OrderPlaced, orderPlaced } from '@firstcome/events'
import { connectKafka, type Host, type Kafka, type KafkaConfig, kafkaConfig, type Message } from '@firstcome/kafka'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { testDatabase, testPrefix, testStack, testTopics } from '@firstcome/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import { createOutbox, type Outbox, outboxMigrations } from '../src/index.ts'

/** What the tests of this package work on: a database and topics of the test file's own. */
export interface Bench {
  db: Database
  url: string
  kafka: Kafka
  outbox: Outbox
  host: Host
  config: KafkaConfig
  /** Everything in the topic `order-placed` so far, in the order in which it arrived within each partition. */
  arrived: Message<OrderPlaced>[]
}

export async function bench(): Promise<Bench> {
  const { brokers, registryUrl } = testStack()
  const prefix = testPrefix()
  const [{ url }] = await Promise.all([
    testDatabase([outboxMigrations]),
    testTopics(prefix, { COUPON_PARTITIONS: '1' }),
  ])
  const config = kafkaConfig({ brokers: brokers.split(','), registryUrl, prefix })
  const db = connectDatabase({ url, poolSize: 10 })
  const kafka = await connectKafka(config, host(), [orderPlaced])
  const arrived: Message<OrderPlaced>[] = []
  const places = new Set<string>()
  const reader = kafka.consumer('reader', { maxPollRecords: 500 }).onBatch(orderPlaced, async (messages) => {
    // A record that comes again, to a reader that lost its session, is one record all the same.
    for (const message of messages) {
      const place = `${message.partition}/${message.offset}`
      if (!places.has(place)) arrived.push(message)
      places.add(place)
    }
  })
  await reader.start!()
  afterAll(async () => {
    await reader.close!()
    await kafka.close!()
    await db.close()
  })
  return { db, url, kafka, outbox: createOutbox(kafka), host: host(), config, arrived }
}

/** A stand-in for the service around; each has a registry of its own, so that several can be in one process. */
export function host(): Host & { metrics: Registry } {
  return {
    name: 'outbox-test',
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    metrics: new Registry(),
    tracing: { current: () => undefined, run: (_, fn) => fn() },
  }
}

/** An order; `placedAt` tells the orders of one key apart. */
export function anOrder(fields: Partial<OrderPlaced> = {}): OrderPlaced {
  const items = [{ productId: 1, quantity: 1, unitPrice: 1200 }]
  return { orderId: randomUUID(), userId: 42, items, totalAmount: 1200, placedAt: 1, ...fields }
}

export async function rowsIn(db: Database, table: 'outbox' | 'inbox'): Promise<number> {
  const { rows } = await db.raw(`select count(*) from ${table}`)
  return rows[0].count
}

/** The value of a metric, undefined where it has none. */
export async function metric(metrics: Registry, name: string): Promise<number | undefined> {
  const values = (await metrics.getSingleMetric(name)?.get())?.values
  return values?.[0]?.value
}
