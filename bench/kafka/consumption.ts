import { randomUUID } from 'node:crypto'
import { type Contest, type Contestant, compete } from '../measure/contest.ts'
import { type Field, openField, type Servers } from './cluster.ts'
import type { BenchConsumer } from './consume/consumer.ts'
import { firstcomeOn, firstcomeOnBatch } from './consume/firstcome.ts'
import { kafkajsEachBatch, kafkajsEachMessage } from './consume/kafkajs.ts'
import { platformaticStream } from './consume/platformatic.ts'
import { firstcomeBatches } from './produce/firstcome.ts'
import { sampleRecords } from './record.ts'
import type { Size } from './size.ts'

const PARTITIONS = 10
const POLICIES = 100
/** Messages between two commits of a partition: of one transaction, and the default for single messages. */
const BATCH = 500
const EVERY = 10

const STUCK_MS = 120_000

/**
 * Messages a second, values decoded, each contestant in a group of its own from the beginning of the same log. Counted from
 * joining the group, and not from the first message: by then a client may have fetched and unpacked most of them.
 */
export async function consumption(servers: Servers, size: Size): Promise<Contest[]> {
  const field = await openField(servers, PARTITIONS)
  try {
    let total = 0
    const contest = async (title: string, messages: number, consumers: BenchConsumer[]) => {
      await firstcomeBatches(field.kafka).flood(messages - total, sampleRecords(field.kafka, POLICIES))
      total = messages
      const contestants = consumers.map((consumer) => consumed(field, consumer, messages))
      return compete(title, consumers[0]!.name, size, contestants)
    }
    const single = await contest(`Consuming message by message, a commit every ${EVERY}`, size.consumedSingly, [
      kafkajsEachMessage(field, EVERY),
      platformaticStream(field, EVERY),
      firstcomeOn(field, EVERY),
    ])
    const batches = await contest(`Consuming in batches, a commit every ${BATCH} messages`, size.consumed, [
      kafkajsEachBatch(field, BATCH),
      platformaticStream(field, BATCH),
      firstcomeOnBatch(field, BATCH),
    ])
    return [batches, single]
  } finally {
    await field.close()
  }
}

function consumed(field: Field, consumer: BenchConsumer, total: number): Contestant {
  return {
    name: consumer.name,
    async round() {
      const group = field.prefix + randomUUID()
      const { promise: done, resolve, reject } = Promise.withResolvers<number>()
      const stuck = setTimeout(() => reject(new Error(`${consumer.name}: ${count} of ${total} messages`)), STUCK_MS)
      let count = 0
      const began = performance.now()
      const stop = await consumer.start(group, (messages) => {
        count += messages
        if (count >= total) resolve(performance.now() - began)
      })
      const took = await done.finally(async () => {
        clearTimeout(stuck)
        await stop()
      })
      const committed = await field.committed(group)
      if (count !== total || committed !== total)
        throw new Error(`${consumer.name}: ${count} messages handled and ${committed} committed of ${total}`)
      return { 'messages/s': (total * 1000) / took }
    },
  }
}
