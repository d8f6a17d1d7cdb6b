import type { Schema } from 'avsc'

const DAY_MS = 24 * 60 * 60 * 1000

/** A topic as a value: its contract, its key, who writes it and who reads it. */
export interface EventType<T = unknown> {
  /** Topic name, without any prefix of an installation. */
  readonly topic: string
  /** Registry subject of the value: `<topic>-value`. */
  readonly subject: string
  /** CloudEvents type: the schema's full name. */
  readonly type: string
  readonly schema: Schema
  /** The service that publishes it: the only one. */
  readonly producer: string
  /** Consumer groups, each the service of that name. */
  readonly consumers: readonly string[]
  readonly partitions: number
  /** How long records are kept, in milliseconds; -1: without limit. */
  readonly retentionMs: number
  readonly cleanup: 'delete' | 'compact'
  /** Record key: everything with one key stays in order. */
  key(value: T): string
}

interface EventOptions<T> {
  topic: string
  schema: { readonly namespace: string; readonly name: string }
  key: (value: T) => string | number
  producer: string
  consumers: readonly string[]
  partitions?: number
  retentionMs?: number
  cleanup?: 'delete' | 'compact'
}

/** Declares an event; kept for 7 days in 10 partitions unless it says otherwise. */
export function event<T>({ key, schema, ...options }: EventOptions<T>): EventType<T> {
  return {
    partitions: 10,
    retentionMs: 7 * DAY_MS,
    cleanup: 'delete',
    ...options,
    subject: `${options.topic}-value`,
    type: `${schema.namespace}.${schema.name}`,
    schema: schema as Schema,
    key: (value) => String(key(value)),
  }
}

/** Where a group parks what it could not handle. */
export const deadLetterTopic = (topic: string, group: string): string => `${topic}.${group}.dlt`

/** Where a group's failed message waits `delayMs` before its next try. */
export const retryTopic = (topic: string, group: string, delayMs: number): string =>
  `${topic}.${group}.retry-${delayMs}`
