import type { Admin } from '../admin.ts'
import type { Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import type { Backlog, Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import { Call, CallRecord } from './call.ts'
import { createLanes } from './lanes.ts'
import { partitionOf } from './partitioner.ts'
import { createPartitions } from './partitions.ts'
import type { Pending, Position, RawRecord } from './record.ts'

const SWEEP_MS = 50

export interface SendOptions {
  /**
   * Longest wait for the acknowledgement in milliseconds, if shorter than the delivery timeout. A record whose deadline
   * passed may still have been written: its outcome is unknown, and its event id makes a second try safe.
   */
  deadlineMs?: number | undefined
  /** Leave the size to the broker: for dead letters, which are larger than the record that they hold. */
  unlimited?: boolean
}

export interface Producer {
  /** Looks the topics (full names) up and connects. */
  start(topics: string[]): Promise<void>
  /**
   * Resolves with the positions, in order, once all of them are acknowledged. Rejects once each is settled, with the first
   * error: those not named by it may have been written, so the same records (same event ids) may be sent again.
   */
  send(records: RawRecord[], options?: SendOptions): Promise<Position[]>
  check(): Promise<void>
  /** Waits for what is accepted, within the close timeout; the rest fails with `CLOSED`. */
  close(): Promise<void>
}

export function createProducer(
  config: KafkaConfig,
  identity: Identity,
  { metrics, admin }: { metrics: Metrics; admin: Admin },
): Producer {
  const { bufferBytes, recordBytes, deliveryTimeoutMs, closeTimeoutMs } = config.producer
  const lanes = createLanes(config, identity, metrics)
  const partitions = createPartitions(admin)
  const backlog: Backlog = { records: 0, bytes: 0 }
  const tellBacklog = () => backlog
  metrics.backlogs.add(tellBacklog)
  let closed = false
  let nextDeadline = Number.POSITIVE_INFINITY

  // Fails what is past its deadline to its callers, whatever the delivery is doing.
  const sweep = setInterval(() => {
    const now = Date.now()
    if (now < nextDeadline) return
    nextDeadline = Number.POSITIVE_INFINITY
    for (const record of lanes.unsettled()) {
      if (record.deadline <= now) record.settle(late(record, lanes.trouble()))
      else nextDeadline = Math.min(nextDeadline, record.deadline)
    }
  }, SWEEP_MS)
  sweep.unref()

  function settled(bytes: number, error: KafkaError | undefined) {
    backlog.records--
    backlog.bytes -= bytes
    if (error) metrics.failed.inc({ code: error.code })
  }

  /** Why these may not or can not be taken now, if so. */
  function refuse(records: Pending[], { unlimited }: SendOptions): KafkaError | undefined {
    if (closed) return new KafkaError('CLOSED', 'The producer is closing')
    let total = 0
    for (const { topic, bytes } of records) {
      if (bytes > recordBytes && !unlimited)
        return new KafkaError('RECORD_TOO_LARGE', `${topic}: a record of ${bytes} bytes; the limit is ${recordBytes}`)
      total += bytes
    }
    if (backlog.bytes + total > bufferBytes)
      return new KafkaError('BUFFER_FULL', `${backlog.bytes} of ${bufferBytes} bytes wait for the broker`)
    return undefined
  }

  // Not `async`, and so without the promises that it would put around the call's own: this runs for every record.
  function send(records: RawRecord[], options: SendOptions = {}): Promise<Position[]> {
    if (records.length === 0) return Promise.resolve([])
    const now = Date.now()
    const deadline = now + Math.min(options.deadlineMs ?? deliveryTimeoutMs, deliveryTimeoutMs)
    const call = new Call(records.length, now, deadline, settled)
    const accepted: Pending[] = []
    for (const record of records) {
      const known = partitions.known(record.topic)
      if (known === undefined) return learnTopics(records).then(() => send(records, options))
      const partition = record.key ? partitionOf(record.key, known) : 0
      accepted.push(new CallRecord(call, accepted.length, record, partition))
    }
    const refused = refuse(accepted, options)
    if (refused) return Promise.reject(refused)
    nextDeadline = Math.min(nextDeadline, deadline)
    for (const record of accepted) {
      backlog.records++
      backlog.bytes += record.bytes
      lanes.add(record)
    }
    return call.promise
  }

  function learnTopics(records: RawRecord[]): Promise<void> {
    const topics = new Set(records.map(({ topic }) => topic))
    return partitions.load([...topics].filter((topic) => partitions.known(topic) === undefined))
  }

  return {
    async start(topics) {
      await partitions.load(topics)
      await lanes.connect()
    },
    send,
    async check() {
      if (!lanes.trouble()) return
      // Nothing may be waiting to be sent, and so nothing would show that the broker is back.
      await lanes.connect().catch((cause) => {
        throw new KafkaError('UNAVAILABLE', `Records are not getting through: ${cause.message}`, { cause })
      })
    },
    async close() {
      closed = true
      const bound = Promise.withResolvers<void>()
      const timer = setTimeout(bound.resolve, closeTimeoutMs)
      await Promise.race([lanes.idle(), bound.promise])
      clearTimeout(timer)
      clearInterval(sweep)
      partitions.close()
      for (const record of lanes.unsettled())
        record.settle(new KafkaError('CLOSED', 'The producer was closed before the acknowledgement'))
      await lanes.close()
      metrics.backlogs.delete(tellBacklog)
    },
  }
}

const late = ({ topic }: Pending, cause: Error | undefined) =>
  new KafkaError('DELIVERY_TIMEOUT', `${topic}: not acknowledged before its deadline; it may still have been written`, {
    cause,
  })
