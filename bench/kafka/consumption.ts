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

/** Messages a second, values decoded, each contestant in a group of its own from the beginning of the same log. */
export async function consumption(servers: Servers, size: Size): Promise<Contest[]> {
  const field = await openField(servers, PARTITIONS)
  try {
    await firstcomeBatches(field.kafka).flood(size.consumed, sampleRecords(field.kafka, POLICIES))
    const contest = (title: string, consumers: BenchConsumer[]) =>
      compete(
        title,
        consumers[0]!.name,
        size,
        consumers.map((consumer) => consumed(field, consumer, size.consumed)),
      )
    return [
      await contest(`Consuming in batches, a commit every ${BATCH} messages`, [
        kafkajsEachBatch(field, BATCH),
        platformaticStream(field, BATCH),
        firstcomeOnBatch(field, BATCH),
      ]),
      await contest(`Consuming message by message, a commit every ${EVERY}`, [
        kafkajsEachMessage(field, EVERY),
        platformaticStream(field, EVERY),
        firstcomeOn(field, EVERY),
      ]),
    ]
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
      let began = 0
      const stop = await consumer.start(group, (messages) => {
        // From the first handled messages on: how long a client takes to join its group is not measured here.
        if (count === 0) began = performance.now()
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
