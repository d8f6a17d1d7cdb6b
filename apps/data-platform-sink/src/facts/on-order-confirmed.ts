import type { OrderConfirmed } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { Knex } from 'knex'
import type { Partitions } from '../months/partitions.ts'
import { factsOf } from './facts.ts'
import { storeFacts } from './store.ts'

/** Stores a partition's batch; one that comes again, whole or in part, leaves one row per order. */
export function onOrderConfirmed(db: Knex, partitions: Partitions): BatchHandler<OrderConfirmed> {
  return async (messages, { log }) => {
    await partitions.makeFor(messages.map(({ value }) => value.confirmedAt))
    const written = await storeFacts(db, factsOf(messages))
    if (written < messages.length) log.debug({ written, known: messages.length - written }, 'orders already stored')
  }
}
