import kafkajs, { type ProducerBatch, type RecordMetadata } from 'kafkajs'
import { createClient, createSockets, type Identity } from '../client.ts'
import type { KafkaConfig } from '../settings.ts'

/** kafkajs's own few retries come on top of the request that failed. */
const INNER_RETRIES_MS = 5_000

/** One connected kafkajs producer with its own producer id and sockets. */
export interface Live {
  /** Rejects when the request failed, or is late: then whether it was written is unknown, and this producer is done. */
  sendBatch(topicMessages: ProducerBatch['topicMessages']): Promise<RecordMetadata[]>
  /** Cuts its sockets at once: nothing that it still holds or retries can reach a broker. */
  discard(): void
  close(): Promise<void>
}

export async function startProducer(config: KafkaConfig, identity: Identity): Promise<Live> {
  const { acks, retries, requestTimeoutMs } = config.producer
  const sockets = createSockets(identity.connect)
  const producer = createClient(config, identity, { sockets }).producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: Math.max(1, retries) },
  })
  const discard = () => {
    sockets.cut()
    producer.disconnect().catch(() => {})
  }

  try {
    await producer.connect()
  } catch (error) {
    discard()
    throw error
  }

  let late: ((error: Error) => void) | undefined
  // kafkajs would go on using a socket whose request timed out.
  producer.on(producer.events.REQUEST_TIMEOUT, () => late?.(new Error('a request to the broker timed out')))

  return {
    async sendBatch(topicMessages) {
      const { promise, reject } = Promise.withResolvers<never>()
      late = reject
      const limitMs = requestTimeoutMs + INNER_RETRIES_MS
      const timer = setTimeout(() => reject(new Error(`no acknowledgement within ${limitMs} ms`)), limitMs)
      const sent = producer.sendBatch({
        acks,
        timeout: requestTimeoutMs,
        compression: kafkajs.CompressionTypes.Snappy,
        topicMessages,
      })
      try {
        return await Promise.race([sent, promise])
      } finally {
        late = undefined
        clearTimeout(timer)
      }
    },
    discard,
    async close() {
      await producer.disconnect().catch(() => {})
      sockets.cut()
    },
  }
}
