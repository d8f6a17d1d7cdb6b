import type { BatchContext, BatchHandler, Message } from '@firstcome/kafka'
import type { Knex } from 'knex'
import { inTransaction, type Outbox } from '../outbox.ts'
import type { InTransaction } from './inbox.ts'

/** Works on new messages only, at least one, in the order of their partition; what it changes through `trx` is the slice's. */
export type InboxBatchHandler<T> = (messages: Message<T>[], context: BatchContext & InTransaction) => Promise<void>

/**
 * `inbox` for slices: the ids of all messages, the handler's changes and the events they cause commit together or not at all, and
 * only what has not been taken before is handed on. A slice that fails leaves nothing behind, which is what the consumer needs to
 * look for the offending message among halves of it.
 *
 * Events belong to the traces of the messages that caused them, of which a slice has many: the handler names the one.
 */
export function inboxBatch<T>(db: Knex, outbox: Outbox, handler: InboxBatchHandler<T>): BatchHandler<T> {
  return (messages, context) =>
    db.transaction(async (trx) => {
      const taken = await takeNew(trx, messages)
      if (taken.length === 0) return
      // What `context` has is laid under the two, not copied: it may have getters.
      await handler(taken, Object.assign(Object.create(context), { trx, outbox: inTransaction(outbox, trx) }))
    })
}

/**
 * One round trip. Ids go in sorted, so that two deliveries of overlapping slices, in whatever order, wait for each other and never
 * both at once. An id that is twice in the slice is taken where it stands first.
 */
async function takeNew<T>(trx: Knex.Transaction, messages: Message<T>[]): Promise<Message<T>[]> {
  const { rows } = await trx.raw<{ rows: { event_id: string }[] }>(
    `insert into inbox (event_id) select id from unnest(?::text[]) as id order by id
     on conflict do nothing returning event_id`,
    [messages.map((message) => message.id)],
  )
  const taken = new Set(rows.map((row) => row.event_id))
  return messages.filter((message) => taken.delete(message.id))
}
