import type { EncodedRecord } from '@firstcome/kafka'
import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import { type BenchProducer, batchAt } from './producer.ts'

const BATCH = 500
const GATHER_MS = 10

const request = { acks: -1, compression: kafkajs.CompressionTypes.Snappy }

async function connect(client: Kafka): Promise<Producer> {
  const producer = client.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return producer
}

/** Each send awaited before the next: the only safe way to use an idempotent kafkajs producer without an accumulator. */
export async function kafkajsAwaited(client: Kafka, topic: string): Promise<BenchProducer> {
  const producer = await connect(client)
  const send = (record: EncodedRecord) => producer.send({ ...request, topic, messages: [record] })
  return {
    name: 'kafkajs, one by one',
    send,
    async flood(count, records) {
      for (let n = 0; n < count; n++) await send(records(n))
    },
    close: () => producer.disconnect(),
  }
}

/** Batches made by hand: `sendBatch` of 500; for single records, whatever came within 10 ms. */
export async function kafkajsBatched(client: Kafka, topic: string): Promise<BenchProducer> {
  const producer = await connect(client)
  const sendBatch = (messages: EncodedRecord[]) =>
    producer.sendBatch({ ...request, topicMessages: [{ topic, messages }] })
  let gathered: EncodedRecord[] = []
  let leaving: Promise<unknown> | undefined
  return {
    name: 'kafkajs, batched by hand',
    send(record) {
      gathered.push(record)
      leaving ??= new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(() => {
        const batch = gathered
        gathered = []
        leaving = undefined
        return sendBatch(batch)
      })
      return leaving
    },
    async flood(count, records) {
      for (let n = 0; n < count; n += BATCH) await sendBatch(batchAt(n, BATCH, count, records))
    },
    close: () => producer.disconnect(),
  }
}
