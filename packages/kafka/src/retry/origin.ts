import type { IHeaders } from 'kafkajs'

/** Where a message that failed was first read, and what has happened to it since. */
export interface Origin {
  /** With prefix. */
  topic: string
  partition: number
  offset: string
  /** The record's own time, epoch milliseconds. */
  timestamp: string
  /** Tries that it has had, since it was first read or last replayed. */
  attempts: number
  /** Times that it was brought back from the dead letters. */
  replays: number
}

/**
 * Headers that say what became of a message: Spring Kafka's names and its binary numbers, so that its tools and its users
 * read them, and ours (`dlt-`), in text. All of them are taken off before a handler sees the message.
 */
const OURS = /^(kafka_|retry_topic-|dlt-)/

/** Reads the origin from a record of a retry or dead-letter topic; undefined where somebody else wrote that record. */
export function readOrigin(headers: IHeaders = {}): Origin | undefined {
  const topic = headers['kafka_original-topic']?.toString()
  const offset = integer(headers['kafka_original-offset'])
  const partition = integer(headers['kafka_original-partition'])
  if (topic === undefined || offset === undefined || partition === undefined) return undefined
  return {
    topic,
    partition: Number(partition),
    offset: offset.toString(),
    timestamp: (integer(headers['kafka_original-timestamp']) ?? 0n).toString(),
    attempts: Number(integer(headers['retry_topic-attempts']) ?? 0n),
    replays: Number(headers['dlt-replays']?.toString() ?? 0),
  }
}

export function originHeaders({ topic, partition, offset, timestamp, attempts, replays }: Origin): IHeaders {
  return {
    'kafka_original-topic': topic,
    'kafka_original-partition': int32(partition),
    'kafka_original-offset': int64(offset),
    'kafka_original-timestamp': int64(timestamp),
    'kafka_original-timestamp-type': 'CreateTime',
    'retry_topic-attempts': int32(attempts),
    'retry_topic-original-timestamp': int64(timestamp),
    ...(replays > 0 && { 'dlt-replays': String(replays) }),
  }
}

/** Whether a header came with the message, and not from here. */
export const isOwnHeader = (name: string) => !OURS.test(name)

/** The headers that the message came with. */
export function ownHeaders(headers: IHeaders = {}): IHeaders {
  const own: IHeaders = {}
  for (const name in headers) if (isOwnHeader(name)) own[name] = headers[name]
  return own
}

/** Big-endian two's complement of any length, as Java's BigInteger and ByteBuffer write it. */
export function integer(value: IHeaders[string]): bigint | undefined {
  const bytes = Array.isArray(value) ? value.at(-1) : value
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function int64(value: string | number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** When a record of a retry topic may be tried, epoch milliseconds: never earlier. At once where nothing is said. */
export function dueAt(headers: IHeaders = {}): number {
  return Number(integer(headers['retry_topic-backoff-timestamp']) ?? 0n)
}
