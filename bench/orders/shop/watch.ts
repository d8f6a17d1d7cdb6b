import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../../measure/endings.ts'
import { until } from '../../measure/until.ts'

/** Asked about at a time: those that wait for longest. */
const AT_ONCE = 500

/** Sees orders arrive somewhere that does not tell when they did. */
export interface Watch {
  /** When it was first seen there, by order id: epoch milliseconds, late by the pace of asking at most. */
  seenAt: Map<string, number>
  add(orderId: string): void
  /** Resolves once all that were added have been seen. */
  allSeen(): Promise<void>
  close(): Promise<void>
}

/** `ask` says which of these orders have arrived `where`; it is asked every so many milliseconds while some have not. */
export function watch(where: string, ask: (orderIds: string[]) => Promise<string[]>, everyMs: number): Watch {
  const seenAt = new Map<string, number>()
  const missing = new Set<string>()
  let failure: unknown
  let open = true
  const over = look()
  async function look(): Promise<void> {
    while (open) {
      const began = performance.now()
      if (missing.size > 0) {
        const arrived = await ask([...missing.values().take(AT_ONCE)])
        const now = Date.now()
        for (const orderId of arrived) {
          missing.delete(orderId)
          seenAt.set(orderId, now)
        }
      }
      await sleep(Math.max(0, everyMs - (performance.now() - began)))
    }
  }
  over.catch((error) => {
    failure = error
  })
  return {
    seenAt,
    add: (orderId) => void missing.add(orderId),
    allSeen: () =>
      until(
        `all orders to arrive ${where}`,
        () => {
          if (failure !== undefined) throw failure
          return missing.size === 0
        },
        { timeoutMs: 120_000, pollMs: 2, told: () => `${missing.size} have not` },
      ),
    close: atEnd(async () => {
      open = false
      await over.catch(() => {})
    }),
  }
}
