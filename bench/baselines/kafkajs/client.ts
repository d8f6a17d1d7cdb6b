import { connectContracts, type EventType } from '@firstcome/events'
// For its snappy codec, which kafkajs does not have.
import '@firstcome/kafka'
import kafkajs, { type Consumer, type Producer } from 'kafkajs'

/** @throws where the environment lacks it */
export function given(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing`)
  return value
}

export const databaseUrl = process.env.DATABASE_URL
/** All records of a send: acknowledged by all replicas, compressed. */
export const durable = { acks: -1, compression: kafkajs.CompressionTypes.Snappy }

const client = new kafkajs.Kafka({
  clientId: 'bench-baseline',
  brokers: [given('KAFKA_BROKERS')],
  logLevel: kafkajs.logLevel.ERROR,
})

/** A consumer of a topic, from the beginning. It leaves its group on SIGTERM. */
export async function connectConsumer(topic: string): Promise<Consumer> {
  const consumer = client.consumer({
    groupId: given('GROUP'),
    maxWaitTimeInMs: 100,
    sessionTimeout: 30_000,
    retry: { retries: 2 },
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  // What it can not handle, it will not handle the next time: a measurement is over then.
  consumer.on('consumer.crash', () => process.exit(1))
  process.once('SIGTERM', async () => {
    await consumer.disconnect()
    process.exit(0)
  })
  return consumer
}

/** An idempotent producer. */
export async function connectProducer(): Promise<Producer> {
  const producer = client.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return producer
}

export const contractsOf = (events: EventType<never>[]) =>
  connectContracts(given('SCHEMA_REGISTRY_URL'), events as EventType[])
