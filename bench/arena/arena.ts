import { randomBytes } from 'node:crypto'
import type { EventType } from '@firstcome/events'
import { connectKafka, createTopics, type Kafka, kafkaConfig, planTopics } from '@firstcome/kafka'
import kafkajs, { type Kafka as KafkaJS } from 'kafkajs'
import { silentHost } from '../kafka/cluster.ts'
import { atEnd } from '../measure/endings.ts'
import { patiently } from '../measure/patiently.ts'
import { type Database, openDatabase } from './database.ts'
import { dropKeys } from './redis-keys.ts'
import type { BenchServers } from './servers.ts'
import { type AppName, type From, migrate } from './services.ts'

export interface ArenaPlan {
  from: From
  events: EventType<never>[]
  /** Those whose records carry the broker's time: whoever writes them has no part in the measurement. */
  timed: EventType<never>[]
  /** Services that get a database, with its tables. */
  owners: AppName[]
  couponPartitions?: number
}

/** Topics, groups, databases and Redis keys of one measurement, and everything to reach them with. */
export interface Arena {
  servers: BenchServers
  prefix: string
  from: From
  /** This project's runtime, connected to these topics. */
  kafka: Kafka
  /** Plain kafkajs. */
  client: KafkaJS
  /** Full name. */
  topicOf(event: EventType<never>): string
  databaseOf(owner: AppName): Database
  /** What a service needs to run here. */
  envOf(app: AppName): Record<string, string>
  /** Stops nothing that runs here: deletes the topics, groups, databases and keys. */
  close(): Promise<void>
}

export async function openArena(servers: BenchServers, plan: ArenaPlan): Promise<Arena> {
  const { from, owners } = plan
  const { brokers, registryUrl } = servers
  const prefix = `bench${randomBytes(4).toString('hex')}.`
  const client = new kafkajs.Kafka({ clientId: 'bench', brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING })
  const deleteTopics = await openTopics(client, prefix, plan)
  const opened = await Promise.all(
    owners.map(async (owner) => {
      const prepare = (url: string) => migrate(owner, from, url)
      return [owner, await openDatabase(servers.postgresUrl, prepare)] as const
    }),
  )
  const databases = new Map<AppName, Database>(opened)
  const kafka = await connectKafka(kafkaConfig({ prefix, brokers: [brokers], registryUrl }), silentHost(), plan.events)
  const disconnect = atEnd(async () => kafka.close?.())
  const closeKeys = atEnd(() => dropKeys(servers.redisUrl, prefix))

  return {
    servers,
    prefix,
    from,
    kafka,
    client,
    topicOf: ({ topic }) => prefix + topic,
    databaseOf: (owner) => databases.get(owner)!,
    envOf(app) {
      const database = databases.get(app)
      return {
        NODE_ENV: 'production',
        KAFKA_BROKERS: brokers,
        SCHEMA_REGISTRY_URL: registryUrl,
        KAFKA_PREFIX: prefix,
        REDIS_URL: servers.redisUrl,
        REDIS_KEY_PREFIX: prefix,
        JWT_JWKS: servers.jwks,
        ...(database && { DATABASE_URL: database.url }),
      }
    },
    async close() {
      await disconnect()
      await closeKeys()
      for (const database of databases.values()) await database.drop()
      await deleteTopics()
    },
  }
}

/** Creates the topics; returns what deletes them together with the groups. */
async function openTopics(
  client: KafkaJS,
  prefix: string,
  { events, timed, couponPartitions }: ArenaPlan,
): Promise<() => Promise<void>> {
  const admin = client.admin()
  await admin.connect()
  const close = atEnd(async () => {
    const ours = (name: string) => name.startsWith(prefix)
    const { groups } = await patiently(() => admin.listGroups())
    const groupIds = groups.map(({ groupId }) => groupId).filter(ours)
    // One whose members were killed is not empty before its session ends; the broker forgets it in time.
    if (groupIds.length > 0) await admin.deleteGroups(groupIds).catch(() => {})
    const found = (await admin.listTopics()).filter(ours)
    if (found.length > 0) await admin.deleteTopics({ topics: found })
    await admin.disconnect()
  })
  const plan = planTopics(events, { prefix, couponPartitions })
  for (const { topic, config } of plan) {
    if (timed.some((event) => topic === prefix + event.topic)) config['message.timestamp.type'] = 'LogAppendTime'
  }
  await createTopics(admin, plan)
  return close
}
