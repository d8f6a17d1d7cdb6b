import { couponIssueRequested } from '@firstcome/events'
import type { ConsumerBuilder } from '@firstcome/kafka'
import type { Field } from '../cluster.ts'
import type { BenchConsumer } from './consumer.ts'

const consumer = (
  field: Field,
  name: string,
  maxPollRecords: number,
  route: (builder: ConsumerBuilder, handled: (count: number) => void) => ConsumerBuilder,
): BenchConsumer => ({
  name,
  async start(group, handled) {
    const short = group.slice(field.prefix.length)
    const builder = route(field.kafka.consumer(short, { maxPollRecords }), handled)
    await builder.start?.()
    return async () => builder.close?.()
  },
})

export const firstcomeOnBatch = (field: Field, slice: number): BenchConsumer =>
  consumer(field, 'firstcome onBatch', slice, (builder, handled) =>
    builder.onBatch(couponIssueRequested, async (messages) => handled(messages.length)),
  )

export const firstcomeOn = (field: Field, every: number): BenchConsumer =>
  consumer(field, 'firstcome on', every, (builder, handled) => builder.on(couponIssueRequested, async () => handled(1)))
