import type { Kafka, Source } from '@firstcome/kafka'
import type { Resource } from '@firstcome/service'

export const group = 'coupon-api'

/**
 * Feeds the read model. Without a `check`, as the read model itself (see `connect.ts`): its partitions wait while Redis is
 * away, and the service must stay in the gateway to take requests. A consumer beyond repair ends the process all the same.
 */
export function consumeOutcomes(kafka: Pick<Kafka, 'consumer'>, sources: Source[], batch: number): Resource {
  const { name, start, close } = sources.reduce(
    (consumer, { event, handler }) => consumer.onBatch(event, handler),
    kafka.consumer(group, { maxPollRecords: batch }),
  )
  return { name, ...(start && { start }), ...(close && { close }) }
}
