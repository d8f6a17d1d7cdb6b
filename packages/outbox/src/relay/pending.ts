import type { Session } from './session.ts'

/** Rows per read: one round trip to Kafka carries them all; at 500 the producer is near its best and a batch stays small. */
export const BATCH = 500
/** A row that Kafka refused this often, each time alone, is parked so that what follows on its key can go on. */
const MAX_REFUSALS = 5
/** Longer than any topic an inbox reads keeps its records, with time for a replay of dead letters. */
const INBOX_DAYS = 30
const INBOX_BATCH = 5_000

export interface OutboxRow {
  id: string
  aggregatetype: string
  aggregateid: string
  payload: Buffer
  headers: Record<string, string>
}

export interface Refusal {
  row: OutboxRow
  error: Error
}

/** The oldest rows, at most a batch of them, without those that are on their way already: `beside`. */
export async function readPending(session: Session, beside: OutboxRow[] = []): Promise<OutboxRow[]> {
  const { rows } = await session.query<OutboxRow>(
    `select id, aggregatetype, aggregateid, payload, headers from outbox
     where parked_at is null and id <> all($1::uuid[]) order by seq limit ${BATCH}`,
    [ids(beside)],
  )
  return rows
}

export async function remove(session: Session, rows: OutboxRow[]): Promise<void> {
  if (rows.length > 0) await session.query('delete from outbox where id = any($1::uuid[])', [ids(rows)])
}

export async function recordFailure(session: Session, rows: OutboxRow[], error: Error): Promise<void> {
  await session.query('update outbox set attempts = attempts + 1, last_error = $2 where id = any($1::uuid[])', [
    ids(rows),
    error.message,
  ])
}

export async function refuse(session: Session, refused: Refusal[]): Promise<void> {
  await session.query(
    `update outbox set attempts = attempts + 1, last_error = refusal.error,
       parked_at = case when attempts + 1 >= ${MAX_REFUSALS} then now() end
     from unnest($1::uuid[], $2::text[]) as refusal (id, error) where outbox.id = refusal.id`,
    [refused.map(({ row }) => row.id), refused.map(({ error }) => error.message)],
  )
}

/** Forgets some of those that are old enough, so few that publishing does not wait for it. Resolves to whether there may be more. */
export async function forgetOldInboxRows(session: Session): Promise<boolean> {
  const { rowCount } = await session.query(
    `delete from inbox where ctid = any(array(
       select ctid from inbox where received_at < now() - interval '${INBOX_DAYS} days' limit ${INBOX_BATCH}))`,
  )
  return rowCount === INBOX_BATCH
}

const ids = (rows: OutboxRow[]) => rows.map((row) => row.id)
