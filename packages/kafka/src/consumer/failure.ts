import { isOutage } from '../errors/outage/outage.ts'
import { delayAfter } from '../retry/plan.ts'
import type { ConsumerConfig } from '../settings.ts'
import type { FirstRetry } from './handler.ts'

/**
 * What becomes of a message that failed. `outage`: its partition waits for what is away, as long as that takes. `again`: its
 * partition waits, and tries it once more. `retry`: it waits on a retry topic, and its partition moves on. `park`: it goes
 * to the dead letters.
 */
export type Verdict =
  | { kind: 'outage' | 'again'; waitMs: number }
  | { kind: 'retry'; delayMs: number; jitterMs: number }
  | { kind: 'park' }

/** What a partition remembers of its trouble, until the message gets through or is set aside. */
export interface Trouble {
  /** The message at which the partition stands. */
  offset: string
  /** Tries that failed on their own, in this place. */
  attempts: number
  /** Pauses by an outage since the last success. */
  outages: number
  error: Error
}

/** How a consumer treats what fails. */
export interface RetryPolicy {
  /** `topics`: other messages go on meanwhile. `in-place`: the partition waits, for consumers whose order is sacred. */
  retries: 'topics' | 'in-place'
  /** Errors for which a second try is pointless, beside those that say `retriable: false` of themselves. */
  notRetried?: ((error: Error) => boolean) | undefined
  /**
   * Hears of each message that is about to leave its place for its first retry topic, before that and before any message after it
   * is handled. May hear of the same one again, and it may yet be handled in its place, if the retry could not be written. While
   * it fails by an outage the partition waits; whatever else it throws is logged, and the message leaves all the same.
   */
  onRetry?: ((retry: FirstRetry) => Promise<void>) | undefined
}

type Limits = Pick<
  ConsumerConfig,
  'attempts' | 'retryDelayMs' | 'retryMultiplier' | 'retryMaxDelayMs' | 'retryJitter' | 'outageMinMs' | 'outageMaxMs'
>

/** The policy, whole. `tries` is how often this message has failed on its own, now included; `outages` how often it waited. */
export function judge(
  error: Error,
  { tries, outages }: { tries: number; outages: number },
  limits: Limits,
  { retries, notRetried }: Omit<RetryPolicy, 'onRetry'>,
): Verdict {
  if (isOutage(error)) return outageWait({ outages }, limits)
  if (tries >= limits.attempts || isFinal(error) || notRetried?.(error)) return { kind: 'park' }
  const delayMs = delayAfter(tries, limits)
  const jitterMs = Math.round(delayMs * limits.retryJitter * Math.random())
  if (retries === 'in-place') return { kind: 'again', waitMs: delayMs + jitterMs }
  return { kind: 'retry', delayMs, jitterMs }
}

const isFinal = (error: Error) => 'retriable' in error && error.retriable === false

/** Jitter: partitions and replicas must not all come back to a recovering database in the same instant. */
export function outageWait(
  { outages }: Pick<Trouble, 'outages'>,
  limits: Pick<Limits, 'outageMinMs' | 'outageMaxMs'>,
): { kind: 'outage'; waitMs: number } {
  const ceiling = Math.min(limits.outageMaxMs, limits.outageMinMs * 2 ** outages)
  return { kind: 'outage', waitMs: ceiling * (0.75 + Math.random() / 4) }
}
