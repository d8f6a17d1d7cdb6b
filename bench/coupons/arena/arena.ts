import { randomBytes } from 'node:crypto'
import {
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  couponPolicyChanged,
  type EventType,
} from '@firstcome/events'
import { connectKafka, createTopics, type Kafka, kafkaConfig, planTopics } from '@firstcome/kafka'
import kafkajs, { type Kafka as KafkaJS } from 'kafkajs'
import { silentHost } from '../../kafka/cluster.ts'
import { atEnd } from '../../measure/endings.ts'
import { patiently } from '../../measure/patiently.ts'
import { type Database, openDatabase } from './database.ts'
import { dropKeys } from './redis-keys.ts'
import type { CouponServers } from './servers.ts'
import type { From } from './services.ts'

const events: EventType<never>[] = [couponPolicyChanged, couponIssueRequested, couponIssueCompleted, couponIssueFailed]

/** Topics, groups, a database and Redis keys of one measurement, and everything to reach them with. */
export interface Arena {
  servers: CouponServers
  prefix: string
  partitions: number
  from: From
  database: Database
  /** This project's runtime, connected to these topics. */
  kafka: Kafka
  /** Plain kafkajs. */
  client: KafkaJS
  /** Full names. */
  topics: { requests: string; completed: string; failed: string }
  /** What a service needs to run here. */
  env: Record<string, string>
  /** Stops nothing that runs here: deletes the topics, groups and the database. */
  close(): Promise<void>
}

export async function openArena(servers: CouponServers, from: From, partitions = 10): Promise<Arena> {
  const { brokers, registryUrl, postgresUrl } = servers
  const prefix = `bench${randomBytes(4).toString('hex')}.`
  const topics = {
    requests: prefix + couponIssueRequested.topic,
    completed: prefix + couponIssueCompleted.topic,
    failed: prefix + couponIssueFailed.topic,
  }
  const client = new kafkajs.Kafka({
    clientId: 'bench-coupons',
    brokers: [brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = client.admin()
  await admin.connect()
  const closeTopics = atEnd(async () => {
    const ours = (name: string) => name.startsWith(prefix)
    const { groups } = await patiently(() => admin.listGroups())
    const groupIds = groups.map(({ groupId }) => groupId).filter(ours)
    // One whose members were killed is not empty before its session ends; the broker forgets it in time.
    if (groupIds.length > 0) await admin.deleteGroups(groupIds).catch(() => {})
    const found = (await admin.listTopics()).filter(ours)
    if (found.length > 0) await admin.deleteTopics({ topics: found })
    await admin.disconnect()
  })
  const plan = planTopics(events, { prefix, couponPartitions: partitions })
  for (const { topic, config } of plan) {
    // The broker's clock says when an outcome was there: whoever wrote it has no part in the measurement.
    if (topic === topics.completed || topic === topics.failed) config['message.timestamp.type'] = 'LogAppendTime'
  }
  await createTopics(admin, plan)
  const database = await openDatabase(postgresUrl, from)
  const config = kafkaConfig({ prefix, brokers: [brokers], registryUrl })
  const kafka = await connectKafka(config, silentHost(), events)
  const disconnect = atEnd(async () => kafka.close?.())
  const closeKeys = atEnd(() => dropKeys(servers.redisUrl, prefix))

  return {
    servers,
    prefix,
    partitions,
    from,
    database,
    kafka,
    client,
    topics,
    env: {
      KAFKA_BROKERS: brokers,
      SCHEMA_REGISTRY_URL: registryUrl,
      KAFKA_PREFIX: prefix,
      DATABASE_URL: database.url,
      REDIS_URL: servers.redisUrl,
      REDIS_KEY_PREFIX: prefix,
      JWT_JWKS: servers.jwks,
    },
    async close() {
      await disconnect()
      await closeKeys()
      await database.drop()
      await closeTopics()
    },
  }
}
