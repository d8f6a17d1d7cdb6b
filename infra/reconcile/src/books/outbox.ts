import type { Knex } from 'knex'
import { ms, rows } from './sql.ts'

/** An event that its service has not published yet. All that this tool knows of that table is in this file. */
export interface Unsent {
  id: string
  /** The record key: of the events that matter here, the order's id. */
  key: string
  topic: string
  createdAt: number
  parked: boolean
  error: string | null
}

const UNSENT = `select id, aggregateid as key, aggregatetype as topic, ${ms('created_at')} as "createdAt",
       parked_at is not null as parked, last_error as error from outbox`

export const unsentOf = (db: Knex, ids: string[]) =>
  rows<Unsent>(db, `${UNSENT} where aggregateid = any(cast(:ids as text[]))`, { ids })

export interface Backlog {
  waiting: number
  parked: number
  /** Waiting for too long: since before `stuckBefore`. */
  stuck: number
  /** Of both, oldest first. */
  examples: { parked: Unsent[]; stuck: Unsent[] }
}

export async function backlog(db: Knex, stuckBefore: number, keep: number): Promise<Backlog> {
  const before = { before: new Date(stuckBefore) }
  const [counts] = await rows<Omit<Backlog, 'examples'>>(
    db,
    `select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked,
            count(*) filter (where parked_at is null and created_at < :before) as stuck from outbox`,
    before,
  )
  const examples = (which: string) =>
    rows<Unsent>(db, `${UNSENT} where ${which} order by seq limit :keep`, { ...before, keep })
  const parked = await examples('parked_at is not null')
  const stuck = await examples('parked_at is null and created_at < :before')
  return { ...counts!, examples: { parked, stuck } }
}
