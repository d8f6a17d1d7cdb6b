import type { Middleware } from '@firstcome/kafka'
import type { Knex } from 'knex'
import { inTransaction, type Outbox, type OutboxInTransaction } from '../outbox.ts'

/** What a handler behind `inbox` works with: its transaction, and the outbox in it. */
export interface InTransaction {
  trx: Knex.Transaction
  outbox: OutboxInTransaction
}

/**
 * Takes each event once: its id, the handler's changes and the events they cause commit together or not at all.
 *
 * An id that is already there is done, and the handler is not called. Two deliveries at the same moment meet at the
 * primary key: the second waits for the first to commit (and is skipped) or to roll back (and does the work).
 * One database belongs to one consumer group, so the id alone is the key.
 */
export function inbox(db: Knex, outbox: Outbox): Middleware<InTransaction> {
  return (message, next) =>
    db.transaction(async (trx) => {
      const { rowCount } = await trx.raw('insert into inbox (event_id) values (?) on conflict do nothing', [message.id])
      if (rowCount === 1) await next({ trx, outbox: inTransaction(outbox, trx) })
    })
}
