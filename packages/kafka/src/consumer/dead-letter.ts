import { createHash } from 'node:crypto'
import { deadLetterTopic } from '@firstcome/events'
import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { RawRecord } from '../producer/record.ts'

export interface Burial {
  prefix: string
  /** Topic it came from and group that gave it up, both without prefix. */
  topic: string
  group: string
  partition: number
  raw: KafkaMessage
  error: Error
  code: string
  attempts: number
}

/** A reason is for people: a message that quotes a whole payload must not make the dead letter too large to write. */
const REASON_LENGTH = 1000

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const int64 = (value: string) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/**
 * The record for the dead-letter topic: key, value and headers as they came, byte for byte, plus two sets of headers.
 * `kafka_*` and `retry_topic-*` are Spring Kafka's, in its binary encoding, so that its tools read them;
 * `dlt-*` are ours, in text.
 */
export function deadLetterRecord({ prefix, topic, group, partition, raw, error, code, attempts }: Burial): RawRecord {
  const reason = error.message.slice(0, REASON_LENGTH)
  const spring: IHeaders = {
    'kafka_original-topic': `${prefix}${topic}`,
    'kafka_original-partition': int32(partition),
    'kafka_original-offset': int64(raw.offset),
    'kafka_original-timestamp': int64(raw.timestamp),
    'kafka_original-timestamp-type': 'CreateTime',
    'kafka_dlt-original-topic': `${prefix}${topic}`,
    'kafka_dlt-original-consumer-group': `${prefix}${group}`,
    'kafka_exception-fqcn': error.name,
    'kafka_exception-message': reason,
    'retry_topic-attempts': int32(attempts),
    'retry_topic-original-timestamp': int64(raw.timestamp),
  }
  const own: IHeaders = {
    'dlt-code': code,
    'dlt-reason': reason,
    'dlt-group': `${prefix}${group}`,
    'dlt-original': `${prefix}${topic}/${partition}/${raw.offset}`,
    'dlt-attempts': String(attempts),
    'dlt-time': new Date().toISOString(),
    'dlt-stack': stackDigest(error),
  }
  return {
    topic: `${prefix}${deadLetterTopic(topic, group)}`,
    key: raw.key,
    value: raw.value,
    headers: { ...raw.headers, ...spring, ...own },
  }
}

/** The same for the same bug, whatever the message said: what dead letters are grouped by. */
function stackDigest({ name, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '))
  return createHash('sha256')
    .update([name, ...frames].join('\n'))
    .digest('hex')
    .slice(0, 12)
}
