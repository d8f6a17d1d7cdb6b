import type { EventType } from '@firstcome/events'
import { testPrefix, testStack, waitFor } from '@firstcome/testing'
import type { IHeaders } from 'kafkajs'
import { pino } from 'pino'
import { createClient } from '../src/client.ts'
import { createTopics, kafkaConfig, planTopics } from '../src/index.ts'

/** A record as the log has it, headers as text. */
export interface RawRecord {
  partition: number
  offset: number
  key: string | undefined
  value: Buffer | null
  headers: Record<string, string>
}

const log = pino({ level: 'silent' })

const client = (brokers: string) =>
  createClient(kafkaConfig({ brokers: [brokers], registryUrl: '' }), { clientId: 'outside', log })

const text = (headers: IHeaders = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** Creates the topics of these events alone, under the prefix: much quicker than the whole catalogue's. Resolves to what removes them. */
export async function ownTopics(
  prefix: string,
  events: readonly EventType<never>[],
  { brokers = testStack().brokers, couponPartitions }: { brokers?: string; couponPartitions?: number } = {},
): Promise<() => Promise<void>> {
  const admin = client(brokers).admin()
  const plan = planTopics(events, { prefix, couponPartitions })
  await admin.connect()
  await createTopics(admin, plan)
  await admin.disconnect()
  return async () => {
    const admin = client(brokers).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: plan.map(({ topic }) => topic) })
    await admin.disconnect()
  }
}

/** Everything that a topic (with prefix) holds at this moment, read by a plain client: what anybody else would see. */
export async function recordsOf(topic: string, brokers = testStack().brokers): Promise<RawRecord[]> {
  const kafka = client(brokers)
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const missing = new Set(ends.filter(({ high, low }) => high !== low).map(({ partition }) => partition))
  const found: RawRecord[] = []
  if (missing.size === 0) return found

  const consumer = kafka.consumer({ groupId: `${testPrefix()}outside`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { offset, key, value, headers } }) => {
      found.push({ partition, offset: Number(offset), key: key?.toString(), value, headers: text(headers) })
      if (ends.some((end) => end.partition === partition && Number(end.high) <= Number(offset) + 1))
        missing.delete(partition)
    },
  })
  try {
    await waitFor(`all records of ${topic}`, () => missing.size === 0)
  } finally {
    await consumer.disconnect()
  }
  return found
}
