import { deadLetterTopic, type EventType } from '@firstcome/events'
import { createAdmin, type PartitionOffsets } from './admin.ts'
import type { Identity } from './client.ts'
import { type Mark, openLogReader } from './operator/log-reader.ts'
import { type Origin, readOrigin } from './retry/origin.ts'
import { retryTopics } from './retry/plan.ts'
import type { KafkaConfig } from './settings.ts'

/** Records of one partition in hand at a time: compressed, and many times that as objects. */
const FETCH_BYTES = 1024 * 1024

/** A record as it lies in the log, undecoded. */
export interface LogRecord {
  /** Without prefix. */
  topic: string
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
  /** Event id (`ce_id`), where there is one. */
  id: string | undefined
  /** The record's own time, epoch milliseconds. */
  timestamp: number
  /** Of a record on a retry or dead-letter topic: where its message was first read. */
  origin: { partition: number; offset: number } | undefined
}

/** Topics without prefix. Each question rejects with KafkaError: `TOPIC_MISSING`, or `UNAVAILABLE` when nobody answers. */
export interface LogView {
  clusterId(): Promise<string>
  topicOffsets(topic: string): Promise<PartitionOffsets[]>
  committed(group: string, topic: string): Promise<Map<number, number>>
  /** Reads each partition from `low` up to, not including, `high`, partition by partition in order, and then no further. */
  read(topic: string, spans: PartitionOffsets[], onRecord: (record: LogRecord) => void): Promise<void>
  close(): Promise<void>
}

/**
 * The logs themselves, for audits: reads beside all groups, commits nothing and writes nothing. `name` stands in the name
 * of the passing group that a reader needs; it is deleted after each `read`.
 */
export function openLogView(config: KafkaConfig, { name, log }: { name: string; log: Identity['log'] }): LogView {
  const identity = { clientId: name, log }
  const admin = createAdmin(config, identity)
  const full = (topic: string) => `${config.prefix}${topic}`
  return {
    clusterId: admin.clusterId,
    topicOffsets: (topic) => admin.topicOffsets(full(topic)),
    committed: (group, topic) => admin.committed(full(group), full(topic)),
    async read(topic, spans, onRecord) {
      const ends = new Map(spans.map(({ partition, low, high }) => [partition, { low, high }]))
      const wanted = spans.filter(({ low, high }) => high > low)
      if (wanted.length === 0) return
      const mark = (partition: number, offset: number): Mark => ({ topic: full(topic), partition, offset })
      // A partition that is not asked for begins at its end, so that it is not fetched from the beginning.
      const starts = (await admin.topicOffsets(full(topic))).map(({ partition, high }) => {
        const span = ends.get(partition)
        return mark(partition, span && span.high > span.low ? span.low : high)
      })
      const reader = await openLogReader(
        config,
        identity,
        starts,
        (_, partition, { offset, key, value, headers, timestamp }) => {
          const at = Number(offset)
          if (at >= (ends.get(partition)?.high ?? 0)) return
          onRecord({
            topic,
            partition,
            offset: at,
            key,
            value,
            timestamp: Number(timestamp),
            // Read by some only, and there may be millions.
            get id() {
              const id = headers?.ce_id
              return (Array.isArray(id) ? id.at(-1) : id)?.toString()
            },
            get origin() {
              return placeOf(readOrigin(headers))
            },
          })
        },
        { name, bytes: FETCH_BYTES },
      )
      try {
        await reader.readTo(wanted.map(({ partition, high }) => mark(partition, high)))
      } finally {
        await reader.close()
      }
    },
    close: admin.close,
  }
}

const placeOf = (origin: Origin | undefined) => origin && { partition: origin.partition, offset: Number(origin.offset) }

/** Where what failed in this group waits, in the order in which a message passes it, and the groups that read it there. Without prefix. */
export function waitTopics(event: EventType<never>, group: string, { consumer }: Pick<KafkaConfig, 'consumer'>) {
  return [
    ...retryTopics(event, group, consumer).map((topic) => ({ topic, group: `${group}.retry` })),
    { topic: deadLetterTopic(event.topic, group), group: `${group}.dlt` },
  ]
}
