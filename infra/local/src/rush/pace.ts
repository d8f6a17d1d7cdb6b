import { setTimeout as pause } from 'node:timers/promises'

export interface Pace {
  /** When each item is due, in ms after `begun`, ascending. */
  due: Float64Array
  /** `performance.now()` */
  begun: number
  /** So many at a time at most; an item that finds nobody free is late, and its lateness is part of what it measures. */
  limit: number
  /** No further item is begun after this. */
  signal?: AbortSignal | undefined
}

/**
 * `work` on every item when it is due, in order, whether or not those before it are answered: a slow server gets its
 * requests no slower. `dueAt` is when it should have begun, as `performance.now()`.
 */
export async function paced<T>(
  items: T[],
  { due, begun, limit, signal }: Pace,
  work: (item: T, dueAt: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries()
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (const [nth, item] of queue) {
        const dueAt = begun + due[nth]!
        const early = dueAt - performance.now()
        if (early > 1) await pause(early, undefined, { signal }).catch(() => {})
        if (signal?.aborted) return
        await work(item, dueAt)
      }
    }),
  )
}

/** `work` on every item, `limit` at a time, in order of the list. */
export function inParallel<T>(items: T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  return paced(items, { due: new Float64Array(items.length), begun: performance.now(), limit }, work)
}
