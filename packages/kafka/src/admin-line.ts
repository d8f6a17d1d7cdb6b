import type { Admin as KafkaJSAdmin } from 'kafkajs'
import { createClient, type Identity } from './client.ts'
import { asError, KafkaError } from './errors/kafka-error.ts'
import type { KafkaConfig } from './settings.ts'

export interface Line {
  /** Rejects with KafkaError: `TOPIC_MISSING`, `UNAVAILABLE`, or `CLOSED`. */
  ask<T>(question: (admin: KafkaJSAdmin) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Client {
  admin: Promise<KafkaJSAdmin>
  /** Asked and not answered. */
  questions: number
}

/** A kafkajs admin, made when it is first needed and again after a failure: one may hold on to a dead socket. */
export function createLine(config: KafkaConfig, identity: Identity): Line {
  let current: Client | undefined
  let closed = false

  async function connect() {
    const admin = createClient(config, identity).admin({ retry: { retries: config.producer.retries } })
    await admin.connect()
    return admin
  }
  const disconnect = ({ admin }: Client) => admin.then((one) => one.disconnect()).catch(() => {})

  return {
    async ask(question) {
      // A question that comes late must not open a connection that nobody closes.
      if (closed) throw new KafkaError('CLOSED', 'Kafka was closed')
      current ??= { admin: connect(), questions: 0 }
      const client = current
      client.questions++
      try {
        return await question(await client.admin)
      } catch (thrown) {
        const error = asError(thrown)
        if ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION')
          throw new KafkaError('TOPIC_MISSING', 'No such topic: run the topics job', { cause: error })
        if (current === client) current = undefined
        throw new KafkaError('UNAVAILABLE', `Kafka did not answer: ${error.message}`, { cause: error })
      } finally {
        client.questions--
        // Not before: what failed for one may still come to a good end for another.
        if (current !== client && client.questions === 0) void disconnect(client)
      }
    },
    async close() {
      closed = true
      const client = current
      current = undefined
      if (client) await disconnect(client)
    },
  }
}
