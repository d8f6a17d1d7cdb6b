import { type Contracts, couponIssueRequested, type EventType } from '@firstcome/events'
import type { LogRecord, LogView } from '@firstcome/kafka'
import type { Ledger } from './ledger.ts'
import { addPartition, addRequest, createLog, type RequestLog } from './log.ts'

/** The log is not the one that the ledger was written from: nothing can be said. */
export class OtherLogError extends Error {
  readonly code = 'LOG_NOT_THE_ONE_DECIDED'
}

/** Reads the log from where it begins now up to where the ledger says that it is decided. @throws {OtherLogError} */
export async function readLog(
  view: LogView,
  contracts: Contracts,
  { progress }: Pick<Ledger, 'progress'>,
  { policy, onRecord }: { policy?: number | undefined; onRecord?: (() => void) | undefined } = {},
): Promise<RequestLog> {
  const { topic } = couponIssueRequested
  const [clusterId, offsets] = await Promise.all([view.clusterId(), view.topicOffsets(topic)])
  const log = createLog()
  for (const { partition, low, high } of offsets.toSorted((a, b) => a.partition - b.partition)) {
    const stored = progress.get(partition)
    const place = `${topic}/${partition}`
    if (stored && stored.clusterId !== clusterId) {
      throw new OtherLogError(`${place} was decided in cluster ${stored.clusterId}, and this is ${clusterId}`)
    }
    if (stored && stored.next > high) {
      throw new OtherLogError(`${place} was decided up to offset ${stored.next}, but the log ends at ${high}`)
    }
    // Nothing of it is decided: all of it is still to come.
    addPartition(log, { partition, low, next: Math.max(low, stored?.next ?? low), high })
  }

  const indexes = new Map(log.partitions.map(({ partition }, index) => [partition, index]))
  const reader = inOrder(contracts, couponIssueRequested, (record, asked) => {
    onRecord?.()
    const index = indexes.get(record.partition)!
    const part = log.partitions[index]!
    part.begins = Math.min(part.begins, record.timestamp)
    if (asked === undefined || record.key === null) part.unreadable += 1
    else if (policy === undefined || asked.couponPolicyId === policy) addRequest(log, index, record.offset, asked)
  })
  const spans = log.partitions.map(({ partition, low, next }) => ({ partition, low, high: next }))
  await view.read(topic, spans, reader.take)
  await reader.done()
  return log
}

/**
 * Decodes records one after the other. Almost always that is at once; the first record of an unknown writer waits for its
 * schema, and all behind it with it. What cannot be decoded is `undefined`.
 */
export function inOrder<T>(
  contracts: Contracts,
  event: EventType<T>,
  onValue: (record: LogRecord, value: T | undefined) => void,
): { take(record: LogRecord): void; done(): Promise<void> } {
  const waiting: LogRecord[] = []
  let draining: Promise<void> = Promise.resolve()
  /** The first thing that went wrong: a reader of the log is no place to throw it. */
  let failure: { error: unknown } | undefined

  function decode({ value }: LogRecord): T | undefined | Promise<T | undefined> {
    try {
      const decoded = contracts.decode(event, value)
      return decoded instanceof Promise ? decoded.catch(unreadable) : decoded
    } catch (error) {
      return unreadable(error)
    }
  }

  async function drain(): Promise<void> {
    for (let at = 0; at < waiting.length; at += 1) onValue(waiting[at]!, await decode(waiting[at]!))
    waiting.length = 0
  }

  function take(record: LogRecord): void {
    const value = decode(record)
    if (!(value instanceof Promise)) {
      onValue(record, value)
      return
    }
    waiting.push(record)
    draining = drain().catch((error) => {
      failure ??= { error }
    })
  }

  return {
    take(record) {
      if (failure) return
      try {
        if (waiting.length > 0) waiting.push(record)
        else take(record)
      } catch (error) {
        failure ??= { error }
      }
    },
    async done() {
      await draining
      if (failure) throw failure.error
    },
  }
}

/** A registry that does not answer is an outage; bytes that are no event of ours are just that. */
function unreadable(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code !== 'REGISTRY_UNAVAILABLE') return undefined
  throw error
}
