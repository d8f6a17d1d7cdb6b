import type { OrderConfirmed } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { Boards } from './boards.ts'

/**
 * Counts a partition's batch in one call. A batch that comes again, whole or in part, changes nothing: each order is
 * looked up in the seen-set of its day by the same script that counts it.
 */
export function onOrderConfirmed(boards: Boards): BatchHandler<OrderConfirmed> {
  return async (messages, { log }) => {
    const counted = await boards.count(messages.map((message) => message.value))
    if (counted < messages.length) log.debug({ counted, known: messages.length - counted }, 'orders already counted')
  }
}
