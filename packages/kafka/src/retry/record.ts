import type { RawRecord } from '../producer/record.ts'
import { errorHeaders, type Failed } from './failed.ts'
import { int64, originHeaders, ownHeaders } from './origin.ts'

/** The record that waits on a retry topic: key, value and headers as they came, where it is from, and when it is due (epoch milliseconds). */
export function retryRecord(topic: string, { raw, origin, error }: Failed, dueAt: number): RawRecord {
  return {
    topic,
    key: raw.key,
    value: raw.value,
    headers: {
      ...ownHeaders(raw.headers),
      ...originHeaders(origin),
      ...errorHeaders(error),
      'retry_topic-backoff-timestamp': int64(dueAt),
    },
  }
}
