import { orderConfirmed } from '@firstcome/events'
import type { Arena } from '../../arena/arena.ts'
import { followLog } from '../../arena/read-log.ts'

/** What the log says of confirmed orders, as it grows. */
export interface Confirmations {
  /** Order id → the broker's time of its first `order-confirmed`, in epoch milliseconds. */
  at: Map<string, number>
  /** Orders that were confirmed more than once. */
  twice: Set<string>
  close(): Promise<void>
}

export async function followConfirmations(arena: Arena): Promise<Confirmations> {
  const at = new Map<string, number>()
  const twice = new Set<string>()
  const { close } = await followLog(arena, [arena.topicOf(orderConfirmed)], ({ key, timestamp }) => {
    const orderId = key!.toString()
    if (at.has(orderId)) twice.add(orderId)
    else at.set(orderId, Number(timestamp))
  })
  return { at, twice, close }
}
