import type { EventType } from '@firstcome/events'
import type { IHeaders, KafkaMessage } from 'kafkajs'
import { v7 as uuidv7 } from 'uuid'
import type { TraceContext } from './host.ts'
import { isOwnHeader, type Origin } from './retry/origin.ts'

/** What travels beside a value: CloudEvents binary mode, W3C trace context. */
export interface Envelope extends TraceContext {
  /** Event id, the same however often it is sent: what consumers de-duplicate by. Default: a new UUIDv7. */
  id?: string
  /** When it happened, epoch milliseconds. Default: now. */
  time?: number
}

/** A record as it goes into the log. */
export interface EncodedRecord {
  /** Topic without prefix. */
  topic: string
  key: string
  value: Buffer
  headers: Record<string, string>
}

/** One event as a handler sees it. */
export interface Message<T> {
  value: T
  key: string
  /** Event id (`ce_id`); of a record from elsewhere that has none, its place in the log. */
  id: string
  /** Service that sent it. */
  source: string
  type: string
  /** When it happened, epoch milliseconds. */
  time: number
  /** Topic without prefix, and the place in it: the first one, for a message that comes by a retry topic. */
  topic: string
  partition: number
  offset: number
  /** The record's own time, epoch milliseconds. */
  timestamp: number
  /** Without those of the runtime's own (`kafka_…`, `retry_topic-…`, `dlt-…`). */
  headers: Record<string, string>
  /** Which try this is: 1 at first, and again after a replay from the dead letters. */
  attempt: number
}

export function envelopeHeaders(
  type: string,
  source: string,
  { id = uuidv7(), time = Date.now(), traceparent, correlationId }: Envelope,
): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: isoTime(time),
    'content-type': 'application/avro',
  }
  if (traceparent) headers.traceparent = traceparent
  if (correlationId) headers['correlation-id'] = correlationId
  return headers
}

/** Remembers the last one: the events of a batch mostly happened at one moment, and writing it takes longer than the rest. */
function isoTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time
    lastText = new Date(time).toISOString()
  }
  return lastText
}
let lastTime = Number.NaN
let lastText = ''

/** The message around a decoded value; `raw.key` is known to be there. */
export function toMessage<T>(event: EventType<T>, raw: KafkaMessage, origin: Origin, value: T): Message<T> {
  const headers = readHeaders(raw.headers)
  const timestamp = Number(origin.timestamp)
  const time = headers.ce_time ? Date.parse(headers.ce_time) : Number.NaN
  return {
    value,
    key: raw.key!.toString(),
    id: headers.ce_id ?? `${event.topic}-${origin.partition}-${origin.offset}`,
    source: headers.ce_source ?? 'unknown',
    type: headers.ce_type ?? event.type,
    time: Number.isNaN(time) ? timestamp : time,
    topic: event.topic,
    partition: origin.partition,
    offset: Number(origin.offset),
    timestamp,
    headers,
    attempt: origin.attempts + 1,
  }
}

function readHeaders(headers: IHeaders = {}): Record<string, string> {
  const read: Record<string, string> = {}
  for (const name in headers) {
    if (!isOwnHeader(name)) continue
    const value = headers[name]
    // Kafka allows a header to repeat, and to have no value; as everywhere, the last one counts.
    const last = Array.isArray(value) ? value[value.length - 1] : value
    if (last != null) read[name] = last.toString()
  }
  return read
}
