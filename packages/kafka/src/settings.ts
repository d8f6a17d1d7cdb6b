import { z } from 'zod'

/** Structural twin of the service kit's setting: one environment variable and the schema of its value. */
interface Setting<T> {
  env: string
  schema: z.ZodType<T>
}

const setting = <T>(env: string, schema: z.ZodType<T>): Setting<T> => ({ env, schema })
const count = (initial: number, doc: string) => z.coerce.number().int().min(1).default(initial).describe(doc)
const millis = (initial: number, doc: string) => z.coerce.number().int().min(0).default(initial).describe(doc)

/** Every setting of the Kafka runtime. Times are milliseconds, sizes are bytes. */
export const kafkaSettings = {
  brokers: setting(
    'KAFKA_BROKERS',
    z
      .string()
      .min(1)
      .describe('Bootstrap brokers, host:port separated by commas')
      .transform((list) => list.split(',').map((broker) => broker.trim())),
  ),
  registryUrl: setting('SCHEMA_REGISTRY_URL', z.url().describe('Confluent-compatible schema registry')),
  prefix: setting(
    'KAFKA_PREFIX',
    z
      .string()
      .regex(/^[a-zA-Z0-9._-]*$/)
      .default('')
      .describe('Put before every topic and group: for tests and shared clusters'),
  ),
  connectionTimeoutMs: setting('KAFKA_CONNECTION_TIMEOUT_MS', millis(5000, 'How long one TCP connect may take')),
  producer: {
    acks: setting(
      'KAFKA_ACKS',
      z
        .enum(['all', '-1'])
        .default('all')
        .describe('Only `all`: an idempotent producer without it promises nothing')
        .transform(() => -1),
    ),
    retries: setting('KAFKA_RETRIES', millis(3, 'Retries of one request before the producer itself is replaced')),
    lingerMs: setting(
      'KAFKA_LINGER_MS',
      millis(10, 'Longest time a record waits for company when nothing is in flight'),
    ),
    batchBytes: setting(
      'KAFKA_BATCH_BYTES',
      count(16 * 1024, 'A partition that has gathered this much is sent at once'),
    ),
    requestBytes: setting(
      'KAFKA_REQUEST_BYTES',
      count(256 * 1024, 'Most bytes of one partition in one request, when records piled up behind the last one'),
    ),
    lanes: setting(
      'KAFKA_PRODUCER_LANES',
      count(1, 'Requests in flight at once, each for partitions of its own with a producer id and sockets of its own'),
    ),
    recordBytes: setting('KAFKA_RECORD_BYTES', count(1_000_000, 'Largest record accepted, before compression')),
    bufferBytes: setting(
      'KAFKA_BUFFER_BYTES',
      count(32 * 1024 * 1024, 'Unacknowledged records held; beyond: BUFFER_FULL'),
    ),
    requestTimeoutMs: setting(
      'KAFKA_REQUEST_TIMEOUT_MS',
      millis(30_000, 'How long the broker may take for one request'),
    ),
    deliveryTimeoutMs: setting('KAFKA_DELIVERY_TIMEOUT_MS', millis(120_000, 'After this a record fails to its caller')),
    closeTimeoutMs: setting('KAFKA_CLOSE_TIMEOUT_MS', millis(10_000, 'How long a stopping service waits for its acks')),
  },
  consumer: {
    maxPollRecords: setting(
      'KAFKA_MAX_POLL_RECORDS',
      count(10, 'Records of one partition per slice: handled, then committed'),
    ),
    concurrency: setting('KAFKA_CONCURRENCY', count(5, 'Partitions handled at the same time')),
    sessionTimeoutMs: setting(
      'KAFKA_SESSION_TIMEOUT_MS',
      count(30_000, 'Silence after which the group drops a member'),
    ),
    maxPollIntervalMs: setting(
      'KAFKA_MAX_POLL_INTERVAL_MS',
      count(300_000, 'A slice that takes longer ends the process'),
    ),
    minBytes: setting('KAFKA_FETCH_MIN_BYTES', count(1, 'Bytes that the broker waits for before it answers a fetch')),
    maxWaitMs: setting('KAFKA_MAX_WAIT_MS', count(100, 'How long the broker may hold a fetch that is smaller')),
    maxPartitionFetchBytes: setting(
      'KAFKA_MAX_PARTITION_FETCH_BYTES',
      count(1024 * 1024, 'Most bytes of one partition in one fetch'),
    ),
    fetchMaxBytes: setting(
      'KAFKA_FETCH_MAX_BYTES',
      count(10 * 1024 * 1024, 'Most bytes of one fetch, all partitions together'),
    ),
    attempts: setting('KAFKA_ATTEMPTS', count(3, 'Tries of a message that fails on its own, the first included')),
    retryDelayMs: setting('KAFKA_RETRY_DELAY_MS', millis(1000, 'Wait before its second try; names a retry topic')),
    retryMultiplier: setting(
      'KAFKA_RETRY_MULTIPLIER',
      z.coerce.number().min(1).max(100).default(2).describe('Each further wait is so many times the last one'),
    ),
    retryMaxDelayMs: setting('KAFKA_RETRY_MAX_DELAY_MS', millis(60_000, 'Longest such wait')),
    retryJitter: setting(
      'KAFKA_RETRY_JITTER',
      z.coerce.number().min(0).max(1).default(0).describe('Up to this share of a wait is added to it at random'),
    ),
    outageMinMs: setting('KAFKA_OUTAGE_MIN_MS', count(250, 'First wait of a partition paused by an outage; doubles')),
    outageMaxMs: setting('KAFKA_OUTAGE_MAX_MS', count(10_000, 'Longest such wait')),
    lagIntervalMs: setting('KAFKA_LAG_INTERVAL_MS', count(10_000, 'How often the brokers are asked for the lag')),
    dltWebhookUrl: setting(
      'KAFKA_DLT_WEBHOOK_URL',
      z
        .url({ protocol: /^https?$/ })
        .refine((url) => new URL(url).username === '', 'a user in the URL is not supported')
        .optional()
        .describe('Told of dead letters: POST {"text": "…"}, as Slack and its like take it; off without'),
    ),
    dltWebhookIntervalMs: setting(
      'KAFKA_DLT_WEBHOOK_INTERVAL_MS',
      count(60_000, 'Dead letters that come sooner after a notice are gathered for the next one'),
    ),
  },
} as const

type Values<Tree> = { -readonly [K in keyof Tree]: Tree[K] extends Setting<infer T> ? T : Values<Tree[K]> }

export type KafkaConfig = Values<typeof kafkaSettings>
export type ProducerConfig = KafkaConfig['producer']
export type ConsumerConfig = KafkaConfig['consumer']

type Given<Tree> = { [K in keyof Tree]?: Tree[K] extends Setting<infer T> ? T : Given<Tree[K]> }

const defaultsOf = <G extends Record<string, Setting<unknown>>>(group: G) =>
  Object.fromEntries(Object.entries(group).map(([name, { schema }]) => [name, schema.parse(undefined)])) as Values<G>

/** What holds where nobody says otherwise. */
export const defaultConfig = {
  producer: defaultsOf(kafkaSettings.producer),
  consumer: defaultsOf(kafkaSettings.consumer),
}

/** A whole configuration from a few values and the defaults: for commands and tests that have no service around them. */
export function kafkaConfig(
  given: Given<typeof kafkaSettings> & Pick<KafkaConfig, 'brokers' | 'registryUrl'>,
): KafkaConfig {
  const { prefix, connectionTimeoutMs } = kafkaSettings
  return {
    ...defaultsOf({ prefix, connectionTimeoutMs }),
    ...given,
    producer: { ...defaultConfig.producer, ...given.producer },
    consumer: { ...defaultConfig.consumer, ...given.consumer },
  }
}
