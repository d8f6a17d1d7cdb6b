import { type CouponIssueRequested, couponIssueRequested } from '@firstcome/events'
import { testPrefix, testStack, waitFor } from '@firstcome/testing'
import type { Admin, Message as KafkaJSMessage, KafkaMessage } from 'kafkajs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, onTestFinished } from 'vitest'
import { type Connect, createClient } from './client.ts'
import { connectKafka, type Kafka } from './connect.ts'
import type { Host, TraceContext } from './host.ts'
import { type KafkaConfig, kafkaConfig } from './settings.ts'
import { createTopics, planTopics } from './topics.ts'

const quiet = pino({ level: process.env.TEST_LOG ?? 'silent' })

/** The topic that tests use, and the group of the catalogue that reads it. */
export const topic = couponIssueRequested.topic
export const group = 'coupon-worker'

/** A value of `coupon-issue`: its key, and so its partition, is the policy; `userId` tells the values apart. */
export const request = (couponPolicyId: number, userId: number): CouponIssueRequested => ({
  requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
  couponPolicyId,
  userId,
  requestedAt: 1_700_000_000_000,
})

/** A service of nothing but what the runtime needs of one. */
export function testHost(): Host & { failures: Error[] } {
  const failures: Error[] = []
  let current: TraceContext | undefined
  return {
    name: 'kafka-test',
    log: quiet,
    metrics: new Registry(),
    failures,
    fail: (error) => failures.push(error),
    tracing: {
      current: () => current,
      run(context, fn) {
        current = context
        return fn()
      },
    },
  }
}

/**
 * Waits short enough for a test, where it is the order of things that counts and not their length. But a session outlasts a
 * machine that stands still for a while: otherwise messages in hand would come twice.
 */
const quick = { maxWaitMs: 50, sessionTimeoutMs: 15_000, outageMinMs: 50, outageMaxMs: 200, retryDelayMs: 50 }

type Given = Parameters<typeof kafkaConfig>[0]

export type Record = KafkaMessage & { partition: number }

export interface Testbed {
  config: KafkaConfig
  prefix: string
  admin: Admin
  connect(given?: Partial<Given>, host?: Host, connect?: Connect): Promise<Kafka>
  /** Starts a consumer (or anything) and closes it when the test ends. */
  use<R extends { start?(): Promise<void>; close?(): Promise<void> }>(resource: R): Promise<R>
  /** Writes records as a foreign producer would. */
  write(messages: KafkaJSMessage[]): Promise<void>
  /** The topic's records once there are `count`, read by a plain kafkajs consumer: what anybody else would see. */
  log(name: string, count: number): Promise<Record[]>
}

const used: string[] = []

afterAll(async () => {
  const { brokers, registryUrl } = testStack()
  const config = kafkaConfig({ brokers: [brokers], registryUrl })
  const admin = createClient(config, { clientId: 'test-admin', log: quiet }).admin()
  await admin.connect()
  // kafkajs lists all topics or none, before and after it deletes some: other files make and delete theirs meanwhile.
  await waitFor('the removal of the topics', async () => {
    const topics = (await admin.listTopics()).filter((name) => used.some((prefix) => name.startsWith(prefix)))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    return true
  })
  await admin.disconnect()
})

/** Topics of its own for one test; what is opened through it is closed after the test, the topics go after the file. */
export async function testbed(
  partitions = 4,
  consumer: Given['consumer'] = {},
  brokers = testStack().brokers,
): Promise<Testbed> {
  const { registryUrl } = testStack()
  const prefix = testPrefix()
  const config = kafkaConfig({ prefix, brokers: [brokers], registryUrl, consumer: { ...quick, ...consumer } })
  // The first to read as a group makes the broker set up what it keeps of groups; who is brief gives up before that is done.
  const client = (clientId: string) => createClient(config, { clientId, log: quiet }, { patience: 'long' })
  const admin = client('test-admin').admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  used.push(prefix)
  await createTopics(
    admin,
    planTopics([couponIssueRequested], { prefix, couponPartitions: partitions, retry: config.consumer }),
  )

  async function use<R extends { start?(): Promise<void>; close?(): Promise<void> }>(resource: R): Promise<R> {
    onTestFinished(async () => resource.close?.())
    await resource.start?.()
    return resource
  }

  return {
    config,
    prefix,
    admin,
    use,
    connect: async (given = {}, host = testHost(), connect) => {
      const merged = {
        ...config,
        ...given,
        producer: { ...config.producer, ...given.producer },
        consumer: { ...config.consumer, ...given.consumer },
      }
      const open = () => connectKafka(merged, host, [couponIssueRequested], connect)
      // So short a time is for the requests under test; it holds for those of the start, too, which are none of them.
      const short = given.producer?.requestTimeoutMs !== undefined
      return use(short ? await waitFor('the connection', open) : await open())
    },
    async write(messages) {
      const producer = client('foreign').producer()
      await producer.connect()
      await producer.send({ topic: prefix + topic, messages })
      await producer.disconnect()
    },
    async log(name, count) {
      const consumer = client('reader').consumer({ groupId: `${testPrefix()}reader`, maxWaitTimeInMs: 50 })
      const found: Record[] = []
      await consumer.connect()
      await consumer.subscribe({ topics: [prefix + name], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          // The headers are a getter of their record's class: a copy has none.
          found.push({ ...message, headers: message.headers, partition } as Record)
        },
      })
      try {
        return await waitFor(`${count} records of ${name}`, () => found.length >= count && found)
      } finally {
        await consumer.disconnect()
      }
    },
  }
}
