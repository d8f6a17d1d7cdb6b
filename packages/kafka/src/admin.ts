import type { Admin as KafkaJSAdmin } from 'kafkajs'
import { createClient, type Identity } from './client.ts'
import { asError, KafkaError } from './errors/kafka-error.ts'
import type { KafkaConfig } from './settings.ts'

/** Where a partition's log begins and ends: `low` is the first offset still there, `high` the one after the last. */
export interface PartitionOffsets {
  partition: number
  low: number
  high: number
}

/** Where a group stands in a partition: `committed` is the next offset it will read, undefined where it never committed. */
export interface GroupPosition extends PartitionOffsets {
  committed: number | undefined
}

/** Questions about topics and groups, by their full names. Each rejects with KafkaError `UNAVAILABLE` when no broker answers. */
export interface Admin {
  partitions(topics: string[]): Promise<Map<string, number>>
  topicOffsets(topic: string): Promise<PartitionOffsets[]>
  /** What a group has committed, by partition; partitions it never committed are left out. */
  committed(group: string, topic: string): Promise<Map<number, number>>
  /** Where a group stands in every partition of these topics, asked for together. */
  positions(group: string, topics: string[]): Promise<Map<string, GroupPosition[]>>
  clusterId(): Promise<string>
  close(): Promise<void>
}

export function createAdmin(config: KafkaConfig, identity: Identity): Admin {
  let connecting: Promise<KafkaJSAdmin> | undefined

  const connect = () => {
    connecting ??= (async () => {
      const admin = createClient(config, identity).admin({ retry: { retries: config.producer.retries } })
      await admin.connect()
      return admin
    })()
    return connecting
  }

  const disconnect = async () => {
    const admin = connecting
    connecting = undefined
    await admin?.then((one) => one.disconnect()).catch(() => {})
  }

  async function ask<T>(question: (admin: KafkaJSAdmin) => Promise<T>): Promise<T> {
    const asked = connect()
    try {
      return await question(await asked)
    } catch (thrown) {
      const error = asError(thrown)
      const missing = 'type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION'
      // A fresh client for the next question: a kafkajs one may hold on to a dead socket. Others may have made one already.
      if (!missing && connecting === asked) void disconnect()
      throw missing
        ? new KafkaError('TOPIC_MISSING', 'No such topic: run the topics job', { cause: error })
        : new KafkaError('UNAVAILABLE', `Kafka did not answer: ${error.message}`, { cause: error })
    }
  }

  return {
    async partitions(topics) {
      if (topics.length === 0) return new Map()
      const { topics: found } = await ask((admin) => admin.fetchTopicMetadata({ topics })).catch((error) => {
        if (error.code === 'TOPIC_MISSING')
          error.message = `One of these topics is missing, run the topics job: ${topics.join(', ')}`
        throw error
      })
      return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
    },
    topicOffsets: (topic) => ask((admin) => endsOf(admin, topic)),
    committed: (group, topic) =>
      ask(async (admin) => (await committedBy(admin, group, [topic])).get(topic) ?? new Map<number, number>()),
    positions: (group, topics) =>
      ask(async (admin) => {
        // kafkajs takes many topics in a question about a group, but only one in a question about the ends of a log.
        const [committed, ends] = await Promise.all([
          committedBy(admin, group, topics),
          Promise.all(topics.map((topic) => endsOf(admin, topic))),
        ])
        const positionsOf = (topic: string, offsets: PartitionOffsets[]) =>
          offsets.map((one) => ({ ...one, committed: committed.get(topic)?.get(one.partition) }))
        return new Map(topics.map((topic, i) => [topic, positionsOf(topic, ends[i]!)]))
      }),
    clusterId: () => ask(async (admin) => (await admin.describeCluster()).clusterId),
    close: disconnect,
  }
}

async function endsOf(admin: KafkaJSAdmin, topic: string): Promise<PartitionOffsets[]> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
}

async function committedBy(admin: KafkaJSAdmin, group: string, topics: string[]) {
  const entries = await admin.fetchOffsets({ groupId: group, topics })
  return new Map(
    entries.map(({ topic, partitions }) => {
      const known = partitions.filter(({ offset }) => Number(offset) >= 0)
      return [topic, new Map(known.map(({ partition, offset }) => [partition, Number(offset)]))]
    }),
  )
}
