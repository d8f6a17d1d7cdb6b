import type { EventType } from '@firstcome/events'
import { testPrefix, testStack, waitFor } from '@firstcome/testing'
import type { Admin, IHeaders } from 'kafkajs'
import { pino } from 'pino'
import { createClient } from '../src/client.ts'
import { createTopics, kafkaConfig, type PlannedTopic, planTopics, type TopicReport } from '../src/index.ts'

/** A record as the log has it, headers as text and as they are. */
export interface RawRecord {
  partition: number
  offset: number
  key: string | undefined
  value: Buffer | null
  headers: Record<string, string>
  headerBytes: Record<string, Buffer>
}

const log = pino({ level: 'silent' })

/** kafkajs would have the broker give up after 5 s, which a busy machine may take. */
const DELETION_MS = 30_000

/** Patient: the first to read as a group makes the broker set up what it keeps of groups. */
const client = (brokers: string) =>
  createClient(kafkaConfig({ brokers: [brokers], registryUrl: '' }), { clientId: 'outside', log }, { patience: 'long' })

const text = (headers: IHeaders = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

const bytes = (headers: IHeaders = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value as Buffer)]))

/** Holds the broker's topics under a prefix against a plan. Changes nothing: rejects where one is missing, or not of the plan. */
export async function compareTopics(prefix: string, plan: PlannedTopic[]): Promise<TopicReport[]> {
  const planned = plan.map(({ topic }) => topic)
  return withAdmin(async (admin) => {
    const existing = await topicsOf(admin, prefix)
    const [missing] = planned.filter((topic) => !existing.includes(topic))
    const [unplanned] = existing.filter((topic) => !planned.includes(topic))
    if (missing ?? unplanned) throw new Error(missing ? `${missing} is missing` : `${unplanned} is not planned`)
    return waitFor('the settings of the topics', () => createTopics(admin, plan))
  })
}

/** Deletes every topic under a prefix. */
export async function removeTopics(prefix: string): Promise<void> {
  await withAdmin(async (admin) => admin.deleteTopics({ topics: await topicsOf(admin, prefix), timeout: DELETION_MS }))
}

/** kafkajs lists all topics or none: while another test's are being made or deleted, it answers with an error. */
async function topicsOf(admin: Admin, prefix: string): Promise<string[]> {
  const all = await waitFor('the list of topics', () => admin.listTopics())
  return all.filter((topic) => topic.startsWith(prefix))
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client(testStack().brokers).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

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
    await admin.deleteTopics({ topics: plan.map(({ topic }) => topic), timeout: DELETION_MS })
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
      found.push({
        partition,
        offset: Number(offset),
        key: key?.toString(),
        value,
        headers: text(headers),
        headerBytes: bytes(headers),
      })
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
