import { randomUUID } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import { atEnd } from '../measure/endings.ts'
import { patiently } from '../measure/patiently.ts'
import { until } from '../measure/until.ts'
import type { Arena } from './arena.ts'

export type Each = (message: KafkaMessage, topic: string) => void

type Log = Pick<Arena, 'client' | 'prefix'>

/** Reads all records of these topics that are there now, in their order within a partition. Topics by their full names. */
export async function readLog(log: Log, topics: string[], each: Each): Promise<void> {
  const total = await recordsIn(log, topics)
  const following = await followLog(log, topics, each)
  try {
    const told = () => `${following.count()} read`
    await until(`${total} records`, () => following.count() >= total, { timeoutMs: 120_000, told })
  } finally {
    await following.close()
  }
}

export interface Following {
  /** Records read so far. */
  count(): number
  close(): Promise<void>
}

/** Reads these topics from where they begin, and goes on as they grow. */
export async function followLog({ client, prefix }: Log, topics: string[], each: Each): Promise<Following> {
  let count = 0
  const consumer = client.consumer({ groupId: `${prefix}bench-${randomUUID()}`, maxWaitTimeInMs: 50 })
  const close = atEnd(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      for (const message of batch.messages) each(message, batch.topic)
      count += batch.messages.length
    },
  })
  return { count: () => count, close }
}

async function recordsIn({ client }: Log, topics: string[]): Promise<number> {
  const admin = client.admin()
  await admin.connect()
  let sum = 0
  for (const topic of topics) {
    for (const { high, low } of await patiently(() => admin.fetchTopicOffsets(topic))) sum += Number(high) - Number(low)
  }
  await admin.disconnect()
  return sum
}
