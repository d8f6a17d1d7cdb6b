import type { EncodedRecord } from '@firstcome/kafka'
import { noopSerializer, Producer, stringSerializer } from '@platformatic/kafka'
import { type BenchProducer, batchAt, callers } from './producer.ts'

const BATCH = 500
/** Batches handed over before the first is answered: one is on the wire (its limit when idempotent), the next are prepared. */
const AHEAD = 3

/** `@platformatic/kafka`: batches of 500 with some prepared ahead; single records one call each. */
export async function platformatic(brokers: string[], topic: string): Promise<BenchProducer> {
  const producer = new Producer({
    clientId: 'bench-platformatic',
    bootstrapBrokers: brokers,
    idempotent: true,
    acks: -1,
    compression: 'snappy',
    autocreateTopics: false,
    serializers: {
      key: stringSerializer,
      value: noopSerializer,
      headerKey: stringSerializer,
      headerValue: stringSerializer,
    },
  })
  const sendAll = (records: EncodedRecord[]) =>
    producer.send({ messages: records.map(({ key, value, headers }) => ({ topic, key, value, headers })) })
  return {
    name: '@platformatic/kafka',
    send: (record) => sendAll([record]),
    flood: (count, records) =>
      callers(AHEAD, Math.ceil(count / BATCH), (n) => sendAll(batchAt(n * BATCH, BATCH, count, records))),
    close: () => producer.close(),
  }
}
