import type { EventType } from '@firstcome/events'
import type { EncodedRecord, Envelope, Kafka } from '@firstcome/kafka'
import type { Knex } from 'knex'
import { wakeRelays, wakeRelaysAfter } from './wake-up.ts'

/** One event to publish: its type, its value, and what of the envelope the caller wants to fix (such as the event id). */
export type Entry<T> = readonly [event: EventType<T>, value: T, envelope?: Envelope]

/** One entry for each element of `T`, so that events of different types go into one call. */
export type Entries<T extends readonly unknown[]> = { readonly [K in keyof T]: Entry<T[K]> }

/**
 * Publishing from a database: an event is a row in the caller's transaction, and leaves for Kafka only if that commits.
 *
 * Values are encoded at insert, so a value that breaks its contract (ContractError `EVENT_INVALID`) fails the
 * transaction that would have announced it, not the relay, which has no one left to tell.
 *
 * Order per key is the order in which transactions lock the aggregate: a writer locks the row of its aggregate (or
 * inserts it) before it adds the event, so no second writer of that key draws a `seq` before the first has committed.
 * Writers that skip the lock get no order.
 */
export interface Outbox {
  /** Adds one event: one round trip. */
  add<T>(trx: Knex.Transaction, event: EventType<T>, value: T, envelope?: Envelope): Promise<void>
  /** Adds events in the order given, however many, in one round trip; none makes none. */
  addAll<T extends readonly unknown[]>(trx: Knex.Transaction, entries: Entries<T>): Promise<void>
  /**
   * Makes a change and adds its event in one statement, which commits by itself: one round trip, where a transaction around the two
   * takes four. For a change that brings its aggregate into being, so that nobody else can have announced anything of it before, or
   * that says with `only` which of its parts locks the aggregate and decides. Resolves to whether the event was added.
   */
  addWith<T>(db: Knex, change: Change, event: EventType<T>, value: T, envelope?: Envelope): Promise<boolean>
}

/** Statements that are to be part of one with others. */
export interface Change {
  /** For the `with` of that one, with a `?` for each binding: `placed as (insert into orders …), contents as (…)`. */
  sql: string
  bindings: readonly Knex.RawBinding[]
  /** Name of the part without whose rows there is no event: somebody else has made the change. */
  only?: string
}

/** The outbox within a transaction that someone else opened: what a consumer's handler gets from `inbox`. */
export interface OutboxInTransaction {
  add<T>(event: EventType<T>, value: T, envelope?: Envelope): Promise<void>
  addAll<T extends readonly unknown[]>(entries: Entries<T>): Promise<void>
}

export function createOutbox(kafka: Pick<Kafka, 'encode'>): Outbox {
  return {
    add: (trx, event, value, envelope) => insert(trx, [kafka.encode(event, value, envelope)]),
    addAll: (trx, entries) =>
      insert(
        trx,
        entries.map(([event, value, envelope]) => kafka.encode(event, value, envelope)),
      ),
    async addWith(db, change, event, value, envelope) {
      const { sql, bindings } = insertion([kafka.encode(event, value, envelope)])
      const where = change.only ? ` where exists (select from ${change.only})` : ''
      const { rowCount } = await db.raw<{ rowCount: number }>(`with ${change.sql} ${sql}${where}`, [
        ...change.bindings,
        ...bindings,
      ])
      if (rowCount === 0) return false
      wakeRelays()
      return true
    },
  }
}

/** `outbox` with its transaction already given. */
export function inTransaction(outbox: Outbox, trx: Knex.Transaction): OutboxInTransaction {
  return {
    add: (event, value, envelope) => outbox.add(trx, event, value, envelope),
    addAll: (entries) => outbox.addAll(trx, entries),
  }
}

async function insert(trx: Knex.Transaction, records: EncodedRecord[]): Promise<void> {
  if (records.length === 0) return
  const { sql, bindings } = insertion(records)
  await trx.raw(sql, bindings)
  wakeRelaysAfter(trx)
}

const insertion = (records: EncodedRecord[]) => ({
  sql: `insert into outbox (id, aggregatetype, aggregateid, type, payload, headers)
    select * from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::jsonb[])`,
  bindings: [
    records.map((record) => record.headers.ce_id!),
    records.map((record) => record.topic),
    records.map((record) => record.key),
    records.map((record) => record.headers.ce_type!),
    records.map((record) => record.value),
    records.map((record) => JSON.stringify(record.headers)),
  ],
})
