import { type EventType, retryTopic } from '@firstcome/events'
import type { ConsumerConfig } from '../settings.ts'

export type RetryPlan = Pick<ConsumerConfig, 'attempts' | 'retryDelayMs' | 'retryMultiplier' | 'retryMaxDelayMs'>

/** The wait before a message's next try, milliseconds; `tries` is how many it has had, 1 or more. Jitter not included. */
export function delayAfter(
  tries: number,
  { retryDelayMs, retryMultiplier, retryMaxDelayMs }: Omit<RetryPlan, 'attempts'>,
): number {
  return Math.min(retryMaxDelayMs, Math.round(retryDelayMs * retryMultiplier ** (tries - 1)))
}

/**
 * The distinct waits, ascending, in milliseconds: one retry topic each, so that in each topic the records fall due in their order. The first is
 * there even where nothing is tried twice: replayed dead letters come back by it.
 */
export function retryDelays(plan: RetryPlan): number[] {
  const tries = Array.from({ length: Math.max(1, plan.attempts - 1) }, (_, i) => i + 1)
  return [...new Set(tries.map((n) => delayAfter(n, plan)))]
}

/** A group's retry topics of one event, without prefix. */
export const retryTopics = (event: Pick<EventType, 'topic'>, group: string, plan: RetryPlan): string[] =>
  retryDelays(plan).map((delayMs) => retryTopic(event.topic, group, delayMs))
