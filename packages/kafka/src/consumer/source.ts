import type { KafkaMessage } from 'kafkajs'
import { type Origin, readOrigin } from '../retry/origin.ts'
import { retryTopics } from '../retry/plan.ts'
import type { KafkaConfig } from '../settings.ts'
import type { Route } from './handler.ts'

/** One topic as a consumer reads it: an event's own, or a retry topic that brings its messages back. */
export interface Source {
  /** Without prefix; `full` with it. */
  topic: string
  full: string
  route: Route
  /** Its records are tried one at a time, and none before it is due. */
  retry: boolean
}

export const eventSource = (route: Route, { prefix }: KafkaConfig): Source => ({
  topic: route.event.topic,
  full: `${prefix}${route.event.topic}`,
  route,
  retry: false,
})

export const retrySources = (route: Route, group: string, { prefix, consumer }: KafkaConfig): Source[] =>
  retryTopics(route.event, group, consumer).map((topic) => ({ topic, full: `${prefix}${topic}`, route, retry: true }))

/** Where a record of this source was first read. */
export function originOf({ full, retry }: Source, partition: number, raw: KafkaMessage): Origin {
  const told = retry ? readOrigin(raw.headers) : undefined
  return told ?? { topic: full, partition, offset: raw.offset, timestamp: raw.timestamp, attempts: 0, replays: 0 }
}
