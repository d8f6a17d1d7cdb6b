import { isOutage } from '../errors/outage/outage.ts'
import type { ConsumerConfig } from '../settings.ts'

/** What becomes of a message that failed: wait for what is away, try it again a little later, or give it up. */
export type Verdict = { kind: 'outage' | 'again'; waitMs: number } | { kind: 'park' }

/** What a partition remembers of its trouble, until the message gets through or is parked. */
export interface Trouble {
  /** The message at which the partition stands. */
  offset: string
  /** Tries that failed on their own. */
  attempts: number
  /** Pauses by an outage since the last success. */
  outages: number
  /** Already in the dead-letter topic; only the service's callback is left to do. */
  parked: boolean
  error: Error
}

type Limits = Pick<ConsumerConfig, 'attempts' | 'retryDelayMs' | 'outageMinMs' | 'outageMaxMs'>

/**
 * The policy: an outage waits in place, however long it takes, and never counts as a try; a failure is tried again a few
 * times and then parked. (Retry topics will be a fourth verdict.)
 */
export function judge(error: unknown, trouble: Pick<Trouble, 'attempts' | 'outages'>, limits: Limits): Verdict {
  if (isOutage(error)) return outageWait(trouble, limits)
  if (trouble.attempts + 1 >= limits.attempts) return { kind: 'park' }
  return { kind: 'again', waitMs: limits.retryDelayMs * 2 ** trouble.attempts }
}

/** Jitter: partitions and replicas must not all come back to a recovering database in the same instant. */
export function outageWait({ outages }: Pick<Trouble, 'outages'>, limits: Limits): { kind: 'outage'; waitMs: number } {
  const ceiling = Math.min(limits.outageMaxMs, limits.outageMinMs * 2 ** outages)
  return { kind: 'outage', waitMs: ceiling * (0.75 + Math.random() / 4) }
}
