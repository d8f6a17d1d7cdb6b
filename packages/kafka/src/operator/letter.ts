import type { IHeaders, KafkaMessage } from 'kafkajs'
import { type Origin, readOrigin } from '../retry/origin.ts'
import { placeName } from './place.ts'

/** A dead letter as its headers tell it. Names of topics and groups are with prefix. */
export interface Letter {
  /** `<dead-letter topic>/<partition>/<offset>` */
  place: string
  dltTopic: string
  partition: number
  offset: number
  /** The event's topic. */
  topic: string
  /** The group that gave the message up. */
  group: string
  /** Undefined where nothing says where the message was first read: such a letter can not be replayed. */
  origin: Origin | undefined
  /** The message itself, whatever becomes of it: its first place, or, where that is not told, the letter's. */
  original: string
  eventId: string
  code: string
  reason: string
  /** The same for the same bug; undefined in letters that were not written by this runtime. */
  stack: string | undefined
  attempts: number
  /** How often the message had been brought back before it came here. */
  replays: number
  /** When it was given up, epoch milliseconds. */
  time: number
  /** Why the letter does not hold the message's value, if so. */
  valueOmitted: string | undefined
}

export const deadLetterSuffix = '.dlt'

/** Reads a record of a dead-letter topic; also of one that Spring Kafka wrote, without the headers that are ours. */
export function readLetter(dltTopic: string, partition: number, { offset, timestamp, headers }: KafkaMessage): Letter {
  const text = (...names: string[]) => firstText(headers, names)
  const place = placeName({ topic: dltTopic, partition, offset: Number(offset) })
  const origin = readOrigin(withOriginNames(headers))
  const topic = origin?.topic ?? dltTopic.slice(0, -deadLetterSuffix.length)
  const original = origin ? `${origin.topic}/${origin.partition}/${origin.offset}` : place
  const givenUp = Date.parse(text('dlt-time') ?? '')
  const fqcn = text('kafka_exception-fqcn', 'kafka_dlt-exception-fqcn')
  return {
    place,
    dltTopic,
    partition,
    offset: Number(offset),
    topic,
    group: text('dlt-group', 'kafka_dlt-original-consumer-group') ?? groupOf(dltTopic, topic),
    origin,
    original,
    eventId: text('ce_id') ?? original,
    code: text('dlt-code') ?? fqcn?.split('.').at(-1) ?? 'UNKNOWN',
    reason: text('dlt-reason', 'kafka_exception-message', 'kafka_dlt-exception-message') ?? '',
    stack: text('dlt-stack'),
    attempts: origin?.attempts ?? 0,
    replays: origin?.replays ?? 0,
    time: Number.isNaN(givenUp) ? Number(timestamp) : givenUp,
    valueOmitted: text('dlt-value-omitted'),
  }
}

/** Spring's plain dead-letter recoverer says `kafka_dlt-original-…` where its retry topics say `kafka_original-…`. */
function withOriginNames(headers: IHeaders = {}): IHeaders {
  const named: IHeaders = {}
  for (const what of ['topic', 'partition', 'offset', 'timestamp']) {
    named[`kafka_original-${what}`] = headers[`kafka_original-${what}`] ?? headers[`kafka_dlt-original-${what}`]
  }
  return { ...headers, ...named }
}

function firstText(headers: IHeaders = {}, names: string[]): string | undefined {
  for (const name of names) {
    const value = headers[name]
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined) return last.toString()
  }
  return undefined
}

/** `<topic>.<group>.dlt` without its two ends; a foreign name as a whole. */
function groupOf(dltTopic: string, topic: string): string {
  const base = dltTopic.slice(0, -deadLetterSuffix.length)
  return base.startsWith(`${topic}.`) ? base.slice(topic.length + 1) : base
}

/** The first of the failing group's retry topics among all `topics`: the one with the shortest wait. */
export function retryTopicOf({ dltTopic }: Pick<Letter, 'dltTopic'>, topics: Iterable<string>): string | undefined {
  const start = `${dltTopic.slice(0, -deadLetterSuffix.length)}.retry-`
  const delays = [...topics]
    .filter((topic) => topic.startsWith(start) && /^\d+$/.test(topic.slice(start.length)))
    .map((topic) => Number(topic.slice(start.length)))
  return delays.length > 0 ? `${start}${Math.min(...delays)}` : undefined
}
