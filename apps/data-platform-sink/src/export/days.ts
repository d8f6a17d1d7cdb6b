import type { Knex } from 'knex'
import type { Span } from './read-rows.ts'

/** Dates as `2026-11-01`; `to` is not part of it. */
export interface Dates {
  from: string
  to: string
  /** Of the tz database. */
  timeZone: string
}

export interface Day extends Span {
  date: string
}

/** The days on which orders were confirmed, one after the other; finding the next one costs a look into the index. */
export async function* daysWithOrders(trx: Knex.Transaction, { from, to, timeZone }: Dates): AsyncGenerator<Day> {
  const bounds = await trx.raw<{ rows: Span[] }>(
    'select :from::timestamp at time zone :timeZone as low, :to::timestamp at time zone :timeZone as high',
    { from, to, timeZone },
  )
  const { low, high } = bounds.rows[0]!
  let at = low
  while (at < high) {
    const { rows } = await trx.raw<{ rows: Day[] }>(
      `select day::text as date, day::timestamp at time zone :timeZone as low, (day + 1)::timestamp at time zone :timeZone as high
       from (
         select (min(confirmed_at) at time zone :timeZone)::date as day
         from order_facts where confirmed_at >= :at and confirmed_at < :high
       ) as next where day is not null`,
      { timeZone, at, high },
    )
    const [day] = rows
    if (!day) return
    if (day.high <= at) throw new Error(`${day.date} comes twice in ${timeZone}: choose another time zone`)
    yield day
    at = day.high
  }
}
