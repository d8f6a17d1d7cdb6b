import type { OrderConfirmed } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { Boards } from './boards.ts'

/**
 * Counts a partition's batch in one call. A batch that comes again, whole or in part, changes nothing: each order is
 * looked up in the seen-set of its day by the same script that counts it.
 */
export function onOrderConfirmed(boards: Boards): BatchHandler<OrderConfirmed> {
  return async (messages, { log }) => {
    const { counted, forgotten } = await boards.count(messages.map((message) => message.value))
    const known = messages.length - counted - forgotten
    if (known > 0) log.debug({ counted, known }, 'orders already counted')
    // A service that was away for longer than Kafka keeps its place reads the topic again from its start.
    if (forgotten > 0)
      log.warn({ forgotten }, 'orders too old to know whether they were counted: `ranking rebuild` counts them')
  }
}
