import type { Admin } from '../admin.ts'
import type { Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import type { Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import { createDelivery } from './delivery.ts'
import { createLane } from './lane.ts'
import { partitionOf } from './partitioner.ts'
import { createPartitions } from './partitions.ts'
import { type Pending, type Position, type RawRecord, sizeOf } from './record.ts'

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
  const delivery = createDelivery(config, identity, metrics)
  const lane = createLane(config.producer, delivery.deliver)
  const partitions = createPartitions(admin)
  let buffered = 0
  let closed = false
  let nextDeadline = Number.POSITIVE_INFINITY

  // Fails what is past its deadline to its callers, whatever the delivery is doing.
  const sweep = setInterval(() => {
    const now = Date.now()
    if (now < nextDeadline) return
    nextDeadline = Number.POSITIVE_INFINITY
    for (const record of lane.unsettled()) {
      if (record.deadline <= now) record.settle(late(record, delivery.trouble()))
      else nextDeadline = Math.min(nextDeadline, record.deadline)
    }
  }, SWEEP_MS)
  sweep.unref()

  function accept(
    records: RawRecord[],
    { deadlineMs = deliveryTimeoutMs, unlimited }: SendOptions,
  ): Promise<Position[]> {
    if (closed) throw new KafkaError('CLOSED', 'The producer is closing')
    const sizes = records.map(sizeOf)
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
    const large = unlimited ? -1 : sizes.findIndex((bytes) => bytes > recordBytes)
    if (large >= 0) {
      throw new KafkaError(
        'RECORD_TOO_LARGE',
        `${records[large]!.topic}: a record of ${sizes[large]} bytes; the limit is ${recordBytes}`,
      )
    }
    if (buffered + total > bufferBytes) {
      throw new KafkaError('BUFFER_FULL', `${buffered} of ${bufferBytes} bytes wait for the broker`)
    }

    const { promise, resolve, reject } = Promise.withResolvers<Position[]>()
    const positions = new Array<Position>(records.length)
    const now = Date.now()
    const deadline = now + Math.min(deadlineMs, deliveryTimeoutMs)
    let open = records.length
    let failure: KafkaError | undefined
    buffered += total
    metrics.buffered.set(buffered)
    nextDeadline = Math.min(nextDeadline, deadline)

    records.forEach((record, index) => {
      const bytes = sizes[index]!
      const pending: Pending = {
        ...record,
        partition: record.key ? partitionOf(record.key, partitions.known(record.topic)!) : 0,
        timestamp: String(now),
        bytes,
        deadline,
        settled: false,
        settle(error, position) {
          if (pending.settled) return
          pending.settled = true
          buffered -= bytes
          if (position) positions[index] = position
          if (error) {
            metrics.failed.inc({ code: error.code })
            failure ??= error
          }
          if (--open > 0) return
          metrics.buffered.set(buffered)
          if (failure) reject(failure)
          else resolve(positions)
        },
      }
      lane.add(pending)
    })
    return promise
  }

  return {
    async start(topics) {
      await partitions.load(topics)
      await delivery.connect()
    },
    async send(records, options = {}) {
      if (records.length === 0) return []
      const unknown = new Set<string>()
      for (const { topic } of records) if (partitions.known(topic) === undefined) unknown.add(topic)
      if (unknown.size > 0) await partitions.load([...unknown])
      return accept(records, options)
    },
    async check() {
      if (!delivery.trouble()) return
      // Nothing may be waiting to be sent, and so nothing would show that the broker is back.
      await delivery.connect().catch((cause) => {
        throw new KafkaError('UNAVAILABLE', `Records are not getting through: ${cause.message}`, { cause })
      })
    },
    async close() {
      closed = true
      const bound = Promise.withResolvers<void>()
      const timer = setTimeout(bound.resolve, closeTimeoutMs)
      await Promise.race([lane.idle(), bound.promise])
      clearTimeout(timer)
      clearInterval(sweep)
      partitions.close()
      for (const record of lane.unsettled())
        record.settle(new KafkaError('CLOSED', 'The producer was closed before the acknowledgement'))
      await delivery.close()
    },
  }
}

const late = ({ topic }: Pending, cause: Error | undefined) =>
  new KafkaError('DELIVERY_TIMEOUT', `${topic}: not acknowledged before its deadline; it may still have been written`, {
    cause,
  })
