import { randomUUID } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import { createClient, type Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import type { KafkaConfig } from '../settings.ts'

const SESSION_MS = 10_000
const MAX_WAIT_MS = 100
/** No record and no answer for so long means that Kafka is away. */
const STALL_MS = 20_000
const BYTES = 8 * 1024 * 1024

/** A place between two records of a partition: before the one at `offset`. */
export interface Mark {
  topic: string
  partition: number
  offset: number
}

export interface LogReader {
  /** Resolves once all before these marks has been handed over; rejects with KafkaError `UNAVAILABLE` when Kafka stalls. */
  readTo(marks: Mark[]): Promise<void>
  /** Leaves nothing behind: the group it read as is deleted. */
  close(): Promise<void>
}

/**
 * Reads partitions from their `starts` on, and goes on until it is closed. kafkajs reads as a group only, so this one has a
 * name of its own (`name` and a random id), and commits nothing. `starts` has to name every partition of its topics.
 * `bytes` is the most that is fetched of one at a time.
 */
export async function openLogReader(
  config: KafkaConfig,
  identity: Identity,
  starts: Mark[],
  onRecord: (topic: string, partition: number, raw: KafkaMessage) => void,
  { name = 'dead-letter-operator', bytes = BYTES }: { name?: string; bytes?: number } = {},
): Promise<LogReader> {
  const client = createClient(config, identity)
  const groupId = `${config.prefix}${name}-${randomUUID()}`
  const consumer = client.consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: SESSION_MS / 5,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: bytes,
    allowAutoTopicCreation: false,
  })
  const nameOf = (topic: string, partition: number) => `${topic}/${partition}`
  const positions = new Map(starts.map(({ topic, partition, offset }) => [nameOf(topic, partition), offset]))
  let failure: Error | undefined
  let notify = () => {}
  let lastMove = performance.now()

  const moveTo = (name: string, offset: number) => {
    if (offset <= (positions.get(name) ?? 0)) return
    positions.set(name, offset)
    lastMove = performance.now()
  }

  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) failure = error
    notify()
  })
  // Of this event and not of the records: behind the last of them there may be some that are never delivered, such as
  // those that end a transaction.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    moveTo(nameOf(topic, partition), Number(lastOffset) + 1)
    notify()
  })

  async function close() {
    await consumer.disconnect().catch(() => {})
    const admin = client.admin()
    await admin
      .connect()
      .then(() => admin.deleteGroups([groupId]))
      .catch(() => {}) // An empty group without offsets is dropped by the broker after a while.
    await admin.disconnect().catch(() => {})
  }

  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...new Set(starts.map(({ topic }) => topic))], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const name = nameOf(topic, partition)
        for (const raw of messages) {
          // Read before: a consumer that kafkajs has restarted begins anew, and a seek may come after the first fetch.
          if (Number(raw.offset) < (positions.get(name) ?? 0)) continue
          onRecord(topic, partition, raw)
          moveTo(name, Number(raw.offset) + 1)
        }
      },
    })
    for (const { topic, partition, offset } of starts) {
      if (offset > 0) consumer.seek({ topic, partition, offset: String(offset) })
    }
  } catch (error) {
    await close()
    throw unavailable(error)
  }

  return {
    async readTo(marks) {
      const open = () =>
        marks.filter(({ topic, partition, offset }) => (positions.get(nameOf(topic, partition)) ?? 0) < offset)
      lastMove = performance.now()
      for (let left = open(); left.length > 0; left = open()) {
        const patience = lastMove + STALL_MS - performance.now()
        // kafkajs may crash and restart for ever, over a topic that was deleted meanwhile for instance.
        if (failure || patience <= 0) throw unavailable(failure ?? new Error(`nothing new of ${left[0]!.topic}`))
        const { promise, resolve } = Promise.withResolvers<void>()
        notify = resolve
        const timer = setTimeout(resolve, patience)
        await promise
        clearTimeout(timer)
      }
    },
    close,
  }
}

const unavailable = (cause: unknown) =>
  new KafkaError('UNAVAILABLE', `Kafka did not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
