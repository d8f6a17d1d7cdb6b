import type { EventType } from '@firstcome/events'
import { testStack } from '@firstcome/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import { connectKafka, type Host, type Kafka, kafkaConfig, type Message } from '../src/index.ts'

export { compareTopics, ownTopics, type RawRecord, recordsOf, removeTopics } from './raw.ts'

interface As {
  /** The service it stands for. */
  name?: string
  consumer?: Parameters<typeof kafkaConfig>[0]['consumer']
}

/** The other services' side of the topics; closed after the test file. */
export async function testKafka(
  prefix: string,
  events: EventType<never>[],
  { name = 'test', consumer = {} }: As = {},
): Promise<Kafka> {
  const { brokers, registryUrl } = testStack()
  const host: Host = {
    name,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    tracing: { current: () => undefined, run: (_context, fn) => fn() },
  }
  const kafka = await connectKafka(kafkaConfig({ brokers: [brokers], registryUrl, prefix, consumer }), host, events)
  afterAll(() => kafka.close?.())
  return kafka
}

/** How many records a topic holds, in all partitions. */
export async function countOf(kafka: Kafka, topic: string): Promise<number> {
  const partitions = await kafka.topicOffsets(topic)
  return partitions.reduce((sum, { low, high }) => sum + high - low, 0)
}

/** Everything that a topic holds and will hold, as it comes. */
export async function follow<T>(kafka: Kafka, event: EventType<T>): Promise<Message<T>[]> {
  const seen: Message<T>[] = []
  const consumer = kafka
    .consumer(`follow-${event.topic}`)
    .onBatch(event, async (messages) => void seen.push(...messages))
  await consumer.start?.()
  afterAll(() => consumer.close?.())
  return seen
}
