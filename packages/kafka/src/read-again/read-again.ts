import type { EventType } from '@firstcome/events'
import type { Kafka } from '../connect.ts'
import type { BatchHandler } from '../consumer/handler.ts'
import type { Message } from '../envelope.ts'
import { endsOf } from './ends.ts'

/** One topic and what is done with its messages. */
export interface Source<T = unknown> {
  event: EventType<T>
  handler: BatchHandler<T>
}

export function source<T>(event: EventType<T>, handler: BatchHandler<T>): Source {
  // A list of sources mixes events; each pair was checked against its own here.
  return { event, handler } as unknown as Source
}

export interface ReadAgainOptions {
  kafka: Pick<Kafka, 'consumer' | 'topicOffsets'>
  sources: Source[]
  /** A group that nobody has used. */
  group: string
  batch: number
  /** Told after each batch with the number of its records. */
  onBatch?: (records: number) => Promise<void>
  /** Gives up when no batch came for so long: a log may have been cut in the meantime. */
  idleMs?: number
  signal: AbortSignal
}

/** Reads every source from its beginning to the end it has now, through its own handler. @throws when aborted or idle. */
export async function readAgain({
  kafka,
  sources,
  group,
  batch,
  onBatch,
  idleMs = 60_000,
  signal,
}: ReadAgainOptions): Promise<void> {
  const ends = await endsOf(
    kafka,
    sources.map(({ event }) => event.topic),
  )
  if (ends.empty) return
  const stop = () => ends.giveUp(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const idle = setTimeout(() => ends.giveUp(new Error(`nothing read for ${idleMs} ms`)), idleMs)

  const reader = sources.reduce(
    (consumer, { event, handler }) =>
      consumer.onBatch(event, async (messages: Message<unknown>[], context) => {
        await handler(messages, context)
        await onBatch?.(messages.length)
        idle.refresh()
        ends.read(context.topic, context.partition, messages.at(-1)!.offset)
      }),
    kafka.consumer(group, { maxPollRecords: batch }),
  )
  try {
    await Promise.all([reader.start?.(), ends.reached])
  } finally {
    clearTimeout(idle)
    signal.removeEventListener('abort', stop)
    await reader.close?.()
  }
}
