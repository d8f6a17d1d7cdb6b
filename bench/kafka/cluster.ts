import { randomBytes } from 'node:crypto'
import { couponIssueRequested } from '@firstcome/events'
import { connectKafka, createTopics, type Host, type Kafka, kafkaConfig, planTopics } from '@firstcome/kafka'
import kafkajs, { type Kafka as KafkaJS } from 'kafkajs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { patiently } from '../measure/patiently.ts'

export interface Servers {
  brokers: string[]
  registryUrl: string
}

export const topicName = couponIssueRequested.topic

/** A topic of its own, and everything to reach it with. */
export interface Field {
  /** Full name. */
  topic: string
  prefix: string
  partitions: number
  brokers: string[]
  /** This project's runtime, connected to this topic. */
  kafka: Kafka
  /** Plain kafkajs. */
  client: KafkaJS
  /** Records in the log, all partitions together. */
  written(): Promise<number>
  /** What a group has committed, all partitions together. `group` is the full name. */
  committed(group: string): Promise<number>
  /** Deletes the topic and the groups that read it. */
  close(): Promise<void>
}

export async function openField({ brokers, registryUrl }: Servers, partitions: number): Promise<Field> {
  const prefix = `bench${randomBytes(4).toString('hex')}.`
  const topic = prefix + topicName
  const client = new kafkajs.Kafka({ clientId: 'bench-kafkajs', brokers, logLevel: kafkajs.logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  const plan = planTopics([couponIssueRequested], { prefix, couponPartitions: partitions })
  await createTopics(
    admin,
    plan.filter((one) => one.topic === topic),
  )
  const remove = async () => {
    const { groups } = await patiently(() => admin.listGroups())
    const ours = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
    if (ours.length > 0) await admin.deleteGroups(ours)
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  }
  const config = kafkaConfig({ prefix, brokers, registryUrl })
  const kafka = await connectKafka(config, silentHost(), [couponIssueRequested]).catch(async (error) => {
    await remove()
    throw error
  })

  return {
    topic,
    prefix,
    partitions,
    brokers,
    kafka,
    client,
    async written() {
      const offsets = await patiently(() => admin.fetchTopicOffsets(topic))
      return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
    },
    async committed(groupId) {
      const [entry] = await patiently(() => admin.fetchOffsets({ groupId, topics: [topic] }))
      return entry!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
    },
    async close() {
      await kafka.close?.()
      await remove()
    },
  }
}

export const silentHost = (): Host => ({
  name: 'bench',
  log: pino({ level: 'silent' }),
  metrics: new Registry(),
  tracing: { current: () => undefined, run: (_, fn) => fn() },
})
