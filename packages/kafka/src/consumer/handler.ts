import type { EventType } from '@firstcome/events'
import type { Logger } from 'pino'
import type { Message } from '../envelope.ts'

/** What every handler of single messages is given beside the value; middleware adds to it. */
export interface HandlerContext {
  message: Message<unknown>
  /** Carries topic, partition, offset and event id. */
  log: Logger
  /** Aborted when the consumer stops: what is not done by then is delivered again. */
  signal: AbortSignal
}

export interface BatchContext {
  /** Topic without prefix. */
  topic: string
  partition: number
  firstOffset: number
  /** Offset that the next record of the partition will get: the end of its log at the time of the fetch, or at least. */
  highWatermark: number
  /** A single message that failed before, or was replayed: its neighbours have gone on without it, so it is out of its order. */
  late: boolean
  clusterId: string
  log: Logger
  signal: AbortSignal
}

/**
 * Handles one message. Returning means done: the message is committed and not delivered again. Throwing an outage (see
 * `isOutage`) pauses the partition and delivers it again; anything else is a failure of this message.
 */
export type Handler<T, C extends object = object> = (
  value: T,
  context: Omit<HandlerContext, 'message'> & { message: Message<T> } & C,
) => Promise<void>

/**
 * What a batch handler may return while it still tells others of what it did: the effects of its messages are safe and in
 * order, so the next slice may begin. Only when `told` is fulfilled is its offset committed.
 *
 * At most one slice is behind another so: before a third begins, the first is told and committed. When `told` is rejected, it
 * is as if the handler had failed: neither this slice nor the one that began meanwhile is committed, and both are delivered
 * again. Since the next one has had its effects by then, what can be cured by waiting should reject with an outage: anything
 * else sends messages on to the retry topics that others have overtaken.
 */
export interface Telling {
  told: Promise<void>
}

/**
 * Handles messages of one partition, in order. Returning means all are done, or with a `Telling` done but not told yet. A
 * failure that is no outage is narrowed down: halves are delivered again until the offending message stands alone. So a failed
 * call must leave no effects behind, unless it recognises them.
 */
export type BatchHandler<T> = (
  messages: Message<T>[],
  context: BatchContext,
) => Promise<void> | Promise<Telling | undefined>

/** Wraps handlers: does its part around `next`, and hands it what handlers are to find in their context. */
export type Middleware<Add extends object> = (
  message: Message<unknown>,
  next: (add: Add) => Promise<void>,
  context: HandlerContext,
) => Promise<void>

/** A message that was given up: in the dead-letter topic by the time `onDeadLetter` hears of it. */
export interface DeadLetter {
  group: string
  /** Topic without prefix, and the place in it. */
  topic: string
  partition: number
  offset: number
  /** Undefined where the bytes could not be decoded. */
  message: Message<unknown> | undefined
  code: string
  reason: string
  /** Tries that it had, since it was first read or last replayed. */
  attempts: number
  /** Times that it was brought back from the dead letters. */
  replays: number
  /** Where the letter itself is: `<dead-letter topic>/<partition>/<offset>`, with prefix. */
  place: string
}

/** A message that failed on its own in its first place, and is about to leave it for a retry topic. */
export interface FirstRetry {
  message: Message<unknown>
  /** Topic without prefix, and the place in it. */
  topic: string
  partition: number
  offset: number
  clusterId: string
  /** Tries that it had: those at its first place. */
  attempts: number
  error: Error
  /** Offset that the next record of the partition will get: the end of its log at the time of the fetch, or at least. */
  highWatermark: number
}

/** One topic of a consumer: its event and what to do with a slice of its messages. */
export interface Route {
  event: EventType<unknown>
  /** `each`: one after the other, so the failing one is known. `batch`: all at once. */
  kind: 'each' | 'batch'
  handle(messages: Message<unknown>[], context: BatchContext): Promise<Handled>
}

/** How many messages of a slice, from its start, are done; with an error, the next one (`each`) or one of the rest (`batch`) failed. */
export interface Handled {
  done: number
  error?: unknown
  /** Those that are done may not be committed before it. */
  told?: Promise<void> | undefined
}
