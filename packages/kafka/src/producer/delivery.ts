import { setTimeout as sleep } from 'node:timers/promises'
import type { RecordMetadata, TopicMessages } from 'kafkajs'
import type { Identity } from '../client.ts'
import { asError, KafkaError } from '../errors/kafka-error.ts'
import type { Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import { type Live, startProducer } from './live.ts'
import type { Pending } from './record.ts'
import { refusal } from './refusal.ts'

const BACKOFF_MIN_MS = 100
const BACKOFF_MAX_MS = 1_000

export interface Delivery {
  /** Delivers a batch, however often that takes; settles every record of it and never rejects. */
  deliver(batch: Pending[]): Promise<void>
  /** Sees to it that there is a connected producer; rejects when no broker takes one. */
  connect(): Promise<void>
  /** Why nothing gets through at the moment, if so. */
  trouble(): Error | undefined
  close(): Promise<void>
}

/**
 * One kafkajs producer at a time, one request at a time. After any failed or late request the producer is thrown away
 * and the whole batch is sent again under a new producer id: kafkajs rolls its sequence back on a failure, and the next
 * request would then pass for a duplicate at the broker, acknowledged and never written.
 */
export function createDelivery(config: KafkaConfig, identity: Identity, metrics: Metrics): Delivery {
  const { log } = identity
  const stop = new AbortController()
  let current: Promise<Live> | undefined
  let trouble: Error | undefined

  async function live(): Promise<Live> {
    current ??= startProducer(config, identity)
    const starting = current
    try {
      return await starting
    } catch (error) {
      if (current === starting) current = undefined
      throw error
    }
  }

  function discard(error: Error) {
    trouble = error
    if (!current) return
    metrics.recycled.inc()
    current.then((producer) => producer.discard()).catch(() => {})
    current = undefined
  }

  async function deliver(batch: Pending[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      // Those past their deadline have been failed to their callers: to write them now would only make duplicates.
      const records = attempt === 0 ? batch : batch.filter((record) => !record.settled)
      if (records.length === 0) return
      try {
        await send(records)
        trouble = undefined
        return
      } catch (thrown) {
        const error = asError(thrown)
        discard(error)
        const refused = refusal(error)
        if (refused) return divide(records, refused, error)
        log.warn({ err: error, attempt, records: records.length }, 'Records not delivered yet; sending them again')
        await backoff(attempt)
      }
    }
  }

  /** The broker refuses something in this batch, without saying what: halves are sent on their own until it is found. */
  async function divide(records: Pending[], code: 'RECORD_TOO_LARGE' | 'RECORD_REJECTED', cause: Error): Promise<void> {
    const [only] = records
    if (records.length === 1) {
      return only!.settle(new KafkaError(code, `${only!.topic}: ${cause.message}`, { cause }))
    }
    const middle = records.length >> 1
    await deliver(records.slice(0, middle))
    await deliver(records.slice(middle))
  }

  async function send(records: Pending[]): Promise<void> {
    const { sendBatch } = await live()
    const acknowledged = metrics.ackSeconds.startTimer()
    const written = await sendBatch(byTopic(records))
    acknowledged()
    metrics.batchRecords.observe(records.length)
    settle(records, written)
  }

  const backoff = (attempt: number) => {
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt)
    return sleep(ceiling * (0.5 + Math.random() / 2), undefined, { signal: stop.signal }).catch(() => {})
  }

  return {
    deliver,
    async connect() {
      await live()
      trouble = undefined
    },
    trouble: () => trouble,
    async close() {
      stop.abort()
      await current?.then((producer) => producer.close()).catch(() => {})
      current = undefined
    },
  }
}

/** The records of a partition stand side by side in a batch, so a topic is looked up once for many of them. */
function byTopic(records: Pending[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>()
  let entry: TopicMessages | undefined
  for (const { topic, partition, key, value, headers, timestamp } of records) {
    if (entry?.topic !== topic) {
      entry = topics.get(topic) ?? { topic, messages: [] }
      topics.set(topic, entry)
    }
    entry.messages.push({ partition, key, value, headers, timestamp })
  }
  return [...topics.values()]
}

/** Within a partition the broker numbers a batch in the order in which it was sent. */
function settle(records: Pending[], written: RecordMetadata[]): void {
  const next = new Map(written.map((one) => [`${one.topicName}/${one.partition}`, Number(one.baseOffset)]))
  for (let at = 0; at < records.length; ) {
    const { topic, partition } = records[at]!
    const place = `${topic}/${partition}`
    let offset = next.get(place)!
    while (records[at]?.partition === partition && records[at]!.topic === topic) {
      records[at++]!.settle(undefined, { partition, offset: offset++ })
    }
    next.set(place, offset)
  }
}
