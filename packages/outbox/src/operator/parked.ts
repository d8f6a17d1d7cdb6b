import type { ClientBase } from 'pg'

/** An event that Kafka has refused for good. */
export interface ParkedEvent {
  id: string
  topic: string
  key: string
  type: string
  attempts: number
  lastError: string | null
  addedAt: Date
  parkedAt: Date
  /** Events of its topic and key that were added later and have not left either: they will, without it. */
  waitingBehind: number
}

export interface Overview {
  waiting: number
  /** Those that wait although the relay has tried: Kafka is, or was, away. */
  waitingAfterFailure: number
  oldestAgeSeconds: number | null
  parked: number
  /** In the order of the outbox, at most as many as asked for. */
  events: ParkedEvent[]
}

/** What an operator wants to know of an outbox, as of one moment. */
export async function overview(client: ClientBase, limit: number): Promise<Overview> {
  await client.query('begin isolation level repeatable read, read only')
  try {
    const { rows: counts } = await client.query<Omit<Overview, 'events'>>(`
      select count(*) filter (where parked_at is null)::int as waiting,
             count(*) filter (where parked_at is null and attempts > 0)::int as "waitingAfterFailure",
             extract(epoch from clock_timestamp() - min(created_at) filter (where parked_at is null))::float8
               as "oldestAgeSeconds",
             count(parked_at)::int as parked
      from outbox`)
    const { rows: events } = await client.query<ParkedEvent>(
      `select id, aggregatetype as topic, aggregateid as key, type, attempts, last_error as "lastError",
              created_at as "addedAt", parked_at as "parkedAt",
              (select count(*)::int from outbox as other
                where other.aggregatetype = parked.aggregatetype and other.aggregateid = parked.aggregateid
                  and other.seq > parked.seq and other.parked_at is null) as "waitingBehind"
       from outbox as parked where parked_at is not null order by seq limit $1`,
      [limit],
    )
    return { ...counts[0]!, events }
  } finally {
    await client.query('rollback')
  }
}

/**
 * Gives parked events back to the relay, which hears of it, in their old places. Resolves to the ids of those that it was: one that
 * is not parked stays as it is. Order per key is kept among what still waits; what has left before comes before them.
 */
export async function retry(client: ClientBase, which: 'all' | string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `with given as (
       update outbox set parked_at = null, attempts = 0
       where parked_at is not null and ($1::uuid[] is null or id = any($1)) returning id, seq
     )
     select id from given order by seq`,
    [which === 'all' ? null : which],
  )
  if (rows.length > 0) await client.query('notify outbox')
  return rows.map(({ id }) => id)
}
