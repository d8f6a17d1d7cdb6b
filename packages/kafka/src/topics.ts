import { setTimeout as sleep } from 'node:timers/promises'
import { deadLetterTopic, type EventType } from '@firstcome/events'
import kafkajs, { type Admin } from 'kafkajs'
import { actionsTopic } from './operator/action.ts'
import { type RetryPlan, retryTopics } from './retry/plan.ts'
import { defaultConfig } from './settings.ts'

export interface PlannedTopic {
  /** With prefix. */
  topic: string
  partitions: number
  replication: number
  config: Record<string, string>
}

export interface TopicOptions {
  prefix?: string
  /** Copies of each partition; more than one also asks for two in sync before an acknowledgement. */
  replication?: number
  /** Partitions of the coupon topics, where not the catalogue's. */
  couponPartitions?: number | undefined
  /** The waits that consumers will use: each has a topic. Default: the settings' defaults. */
  retry?: RetryPlan
}

const LEADERS_MS = 30_000
const LEADERS_POLL_MS = 50

/**
 * Whatever a foreign producer compresses with, the broker turns into what every reader here understands: a batch of LZ4 or ZSTD
 * would end a kafkajs consumer, and its successor. What comes in snappy is stored as it came.
 */
const COMPRESSION = { 'compression.type': 'snappy' }

/** Tries are over after minutes, whatever the event's own topic is kept for; the operator's tool looks back for so long. */
const RETRY_RETENTION_MS = 7 * 24 * 60 * 60 * 1000

/** A retry or a dead letter carries some headers more than the record it holds, which may be as large as the broker allows. */
const SIDE_RECORD_BYTES = 2 * 1024 * 1024

/**
 * What the catalogue asks for: each event's topic, and for each of its groups the retry topics and the dead letters; and one
 * topic for what operators do about those.
 */
export function planTopics(
  events: readonly EventType<never>[],
  { prefix = '', replication = 1, couponPartitions, retry = defaultConfig.consumer }: TopicOptions,
): PlannedTopic[] {
  const insync = String(Math.min(2, replication))
  const actions: PlannedTopic = {
    topic: prefix + actionsTopic,
    // One: of two operators who want the same, the first in its log has it.
    partitions: 1,
    replication,
    config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'min.insync.replicas': insync },
  }
  const ofEvents = events.flatMap((event): PlannedTopic[] => {
    const partitions = couponPartitions && event.topic.startsWith('coupon-') ? couponPartitions : event.partitions
    const config = {
      'cleanup.policy': event.cleanup,
      'retention.ms': String(event.retentionMs),
      'min.insync.replicas': insync,
      ...COMPRESSION,
    }
    const own: PlannedTopic = { topic: prefix + event.topic, partitions, replication, config }
    const side = (topic: string, retentionMs: number): PlannedTopic => ({
      topic: prefix + topic,
      // One: they are few, and they come in the order of their failing.
      partitions: 1,
      replication,
      config: {
        'cleanup.policy': 'delete',
        'retention.ms': String(retentionMs),
        'min.insync.replicas': insync,
        'max.message.bytes': String(SIDE_RECORD_BYTES),
      },
    })
    const sides = event.consumers.flatMap((group) => [
      ...retryTopics(event, group, retry).map((topic) => side(topic, RETRY_RETENTION_MS)),
      // Kept without limit: gone only when somebody decides so.
      side(deadLetterTopic(event.topic, group), -1),
    ])
    return [own, ...sides]
  })
  return [...ofEvents, actions]
}

export interface TopicReport extends PlannedTopic {
  state: 'created' | 'as planned' | 'differs'
  /** For a topic that differs, each setting: what it is, what was planned. Nothing of an existing topic is ever changed. */
  differences: string[]
}

/** Creates what is missing; says where existing topics differ, and leaves those alone: more partitions would move keys. */
export async function createTopics(admin: Admin, plan: PlannedTopic[]): Promise<TopicReport[]> {
  const existing = new Set(await admin.listTopics())
  const missing = plan.filter(({ topic }) => !existing.has(topic))
  if (missing.length > 0) {
    await admin.createTopics({
      // kafkajs's own wait fails where a broker has not heard of the topic yet, which is usual under KRaft.
      waitForLeaders: false,
      timeout: LEADERS_MS,
      topics: missing.map(({ topic, partitions, replication, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    })
    await untilLed(
      admin,
      missing.map(({ topic }) => topic),
    )
  }
  const present = plan.filter(({ topic }) => existing.has(topic))
  const differences = await compare(admin, present)
  return plan.map((planned) => {
    const found = differences.get(planned.topic)
    const state = !found ? 'created' : found.length > 0 ? 'differs' : 'as planned'
    return { ...planned, state, differences: found ?? [] }
  })
}

/**
 * Until every partition's leader answers for it. Metadata names a leader up to some seconds before that broker leads: who sends
 * meanwhile is refused for some partitions and not for others, and those may then have a record twice.
 */
async function untilLed(admin: Admin, topics: string[]): Promise<void> {
  const deadline = Date.now() + LEADERS_MS
  for (const topic of topics) {
    for (;;) {
      try {
        await admin.fetchTopicOffsets(topic)
        break
      } catch (cause) {
        if (Date.now() > deadline) throw new Error(`${topic}: not led by a broker after ${LEADERS_MS} ms`, { cause })
        await sleep(LEADERS_POLL_MS)
      }
    }
  }
}

async function compare(admin: Admin, plan: PlannedTopic[]): Promise<Map<string, string[]>> {
  if (plan.length === 0) return new Map()
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: plan.map(({ topic }) => topic) }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: plan.map(({ topic, config }) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configNames: Object.keys(config),
      })),
    }),
  ])
  const partitions = new Map(topics.map(({ name, partitions }) => [name, partitions]))
  const configs = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]))
  return new Map(
    plan.map((planned) => {
      const found = partitions.get(planned.topic) ?? []
      const differences = Object.entries(planned.config).flatMap(([name, wanted]) => {
        const is = configs.get(planned.topic)?.find(({ configName }) => configName === name)?.configValue
        return is === wanted ? [] : [`${name} is ${is}, planned ${wanted}`]
      })
      if (found.length !== planned.partitions)
        differences.unshift(`partitions is ${found.length}, planned ${planned.partitions}`)
      const replicas = found[0]?.replicas.length
      if (replicas !== planned.replication)
        differences.push(`replication is ${replicas}, planned ${planned.replication}`)
      return [planned.topic, differences]
    }),
  )
}
