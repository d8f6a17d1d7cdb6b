import type { IHeaders } from 'kafkajs'
import type { KafkaError } from '../errors/kafka-error.ts'

/** Where a record ended up in the log. */
export interface Position {
  partition: number
  offset: number
}

/** A record with its full topic name, as bytes: what the accumulator takes. */
export interface RawRecord {
  topic: string
  key: Buffer | null
  value: Buffer | null
  headers: IHeaders
}

/** A record on its way: settled exactly once, by its acknowledgement, by its deadline or by a refusal. */
export interface Pending extends RawRecord {
  partition: number
  /** Record time, epoch milliseconds: set once, so that a resend says the same. */
  timestamp: string
  bytes: number
  deadline: number
  settled: boolean
  settle(error: KafkaError | undefined, position?: Position): void
}

/** Framing of a record and of its headers: an estimate, for limits only. */
const RECORD_OVERHEAD = 24
const HEADER_OVERHEAD = 4

export function sizeOf({ key, value, headers }: RawRecord): number {
  let bytes = RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) bytes += HEADER_OVERHEAD + name.length + (headers[name]?.length ?? 0)
  return bytes
}
