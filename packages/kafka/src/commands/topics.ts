import { catalogue } from '@firstcome/events'
import { pino } from 'pino'
import { z } from 'zod'
import { createClient } from '../client.ts'
import { kafkaConfig, kafkaSettings } from '../settings.ts'
import { createTopics, planTopics } from '../topics.ts'

/**
 * Creates the catalogue's topics: `node packages/kafka/src/commands/topics.ts`. Safe to repeat.
 * Exit 0: all there. 1: Kafka did not answer or refused. An existing topic that differs from its plan is reported and left as it
 * is; with `--check` that is exit 2.
 */
const { consumer } = kafkaSettings
const environment = z.object({
  KAFKA_BROKERS: z.string().min(1),
  KAFKA_PREFIX: z.string().default(''),
  TOPIC_REPLICATION: z.coerce.number().int().min(1).default(1),
  COUPON_PARTITIONS: z.coerce.number().int().min(1).optional(),
  // The same as the services have: each wait of theirs needs its topic.
  KAFKA_ATTEMPTS: consumer.attempts.schema,
  KAFKA_RETRY_DELAY_MS: consumer.retryDelayMs.schema,
  KAFKA_RETRY_MULTIPLIER: consumer.retryMultiplier.schema,
  KAFKA_RETRY_MAX_DELAY_MS: consumer.retryMaxDelayMs.schema,
})

const parsed = environment.safeParse(process.env)
if (!parsed.success) {
  for (const { path, message } of parsed.error.issues) console.error(`${path.join('.')}: ${message}`)
  process.exit(78)
}
const {
  KAFKA_BROKERS,
  KAFKA_PREFIX: prefix,
  TOPIC_REPLICATION: replication,
  COUPON_PARTITIONS: couponPartitions,
  KAFKA_ATTEMPTS: attempts,
  KAFKA_RETRY_DELAY_MS: retryDelayMs,
  KAFKA_RETRY_MULTIPLIER: retryMultiplier,
  KAFKA_RETRY_MAX_DELAY_MS: retryMaxDelayMs,
} = parsed.data
const retry = { attempts, retryDelayMs, retryMultiplier, retryMaxDelayMs }

const log = pino({ level: 'silent' })
const config = kafkaConfig({ brokers: KAFKA_BROKERS.split(','), registryUrl: '' })
const admin = createClient(config, { clientId: 'topics', log }).admin()
try {
  await admin.connect()
  const report = await createTopics(admin, planTopics(catalogue, { prefix, replication, couponPartitions, retry }))
  const width = Math.max(...report.map(({ topic }) => topic.length))
  for (const { topic, partitions, config, state, differences } of report) {
    const retention =
      config['retention.ms'] === '-1' ? 'forever' : `${Number(config['retention.ms']) / 86_400_000} days`
    console.log(
      `${topic.padEnd(width)}  ${String(partitions).padStart(2)} partitions  ${config['cleanup.policy']!.padEnd(7)}  ${retention.padEnd(7)}  ${state}`,
    )
    for (const difference of differences) console.log(`${' '.repeat(width)}    ${difference} (left as it is)`)
  }
  if (process.argv.includes('--check') && report.some(({ state }) => state === 'differs')) process.exitCode = 2
} catch (error) {
  console.error(`Topics: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await admin.disconnect()
}
