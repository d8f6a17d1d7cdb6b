import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin as KafkaJSAdmin } from 'kafkajs'
import { createLine } from './admin-line.ts'
import type { Identity } from './client.ts'
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
  // kafkajs keeps one picture of the cluster in a client, and a question about topics replaces it by one of those topics alone.
  const aboutTopics = createLine(config, identity)
  const aboutOffsets = createLine(config, identity)

  let last: Promise<unknown> = Promise.resolve()
  /**
   * One question about offsets after the other: each adds its topics to that picture, and where two do so at the same moment,
   * one may find its topic gone again.
   */
  function askInTurn<T>(question: (admin: KafkaJSAdmin) => Promise<T>): Promise<T> {
    const turn = last.then(() => aboutOffsets.ask(question))
    last = turn.catch(() => {})
    return turn
  }

  return {
    async partitions(topics) {
      if (topics.length === 0) return new Map()
      const { topics: found } = await aboutTopics
        .ask((admin) => admin.fetchTopicMetadata({ topics }))
        .catch((error) => {
          if (error.code === 'TOPIC_MISSING')
            error.message = `One of these topics is missing, run the topics job: ${topics.join(', ')}`
          throw error
        })
      return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
    },
    topicOffsets: (topic) => askInTurn((admin) => endsOf(admin, topic)),
    committed: (group, topic) =>
      askInTurn(async (admin) => (await committedBy(admin, group, [topic])).get(topic) ?? new Map<number, number>()),
    positions: (group, topics) =>
      askInTurn(async (admin) => {
        const committed = await committedBy(admin, group, topics)
        const positions = new Map<string, GroupPosition[]>()
        for (const topic of topics) {
          const ends = await endsOf(admin, topic)
          const positionOf = (end: PartitionOffsets) => ({
            ...end,
            committed: committed.get(topic)?.get(end.partition),
          })
          positions.set(topic, ends.map(positionOf))
        }
        return positions
      }),
    clusterId: () => aboutTopics.ask(async (admin) => (await admin.describeCluster()).clusterId),
    async close() {
      await Promise.all([aboutTopics.close(), aboutOffsets.close()])
    },
  }
}

const LEADER_TRIES = 20
const LEADER_WAIT_MS = 50

/** A broker may have been told of a new topic, or of a new leader, and not lead it yet; kafkajs gives up at once. */
async function endsOf(admin: KafkaJSAdmin, topic: string, tries = LEADER_TRIES): Promise<PartitionOffsets[]> {
  const offsets = await admin.fetchTopicOffsets(topic).catch(async (error: unknown) => {
    if (tries === 1 || !isBetweenLeaders(error)) throw error
    await sleep(LEADER_WAIT_MS)
    return undefined
  })
  if (!offsets) return endsOf(admin, topic, tries - 1)
  return offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
}

const isBetweenLeaders = (error: unknown) =>
  error instanceof Error &&
  'type' in error &&
  /^(NOT_LEADER_FOR_PARTITION|LEADER_NOT_AVAILABLE)$/.test(String(error.type))

async function committedBy(admin: KafkaJSAdmin, group: string, topics: string[]) {
  const entries = await admin.fetchOffsets({ groupId: group, topics })
  return new Map(
    entries.map(({ topic, partitions }) => {
      const known = partitions.filter(({ offset }) => Number(offset) >= 0)
      return [topic, new Map(known.map(({ partition, offset }) => [partition, Number(offset)]))]
    }),
  )
}
