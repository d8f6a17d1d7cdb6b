import type { Knex } from 'knex'
import { Counter, Gauge, type Registry } from 'prom-client'

/** The outbox's metrics. Backlog and age are asked of the database at each scrape: no replica's memory is the truth. */
export function relayMetrics(db: Knex, registry: Registry) {
  const registers = [registry]
  const scraped = (name: string, help: string, sql: string) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        try {
          const { rows } = await db.raw(sql)
          this.set(Number(rows[0]?.value ?? 0))
        } catch {
          this.remove() // unknown while the database is away; the rest of the page must still be served
        }
      },
    })

  scraped(
    'outbox_backlog',
    'Events waiting to be published',
    'select count(*) as value from outbox where parked_at is null',
  )
  scraped(
    'outbox_oldest_age_seconds',
    'Age of the oldest event waiting to be published',
    `select extract(epoch from clock_timestamp() - created_at)::float8 as value
     from outbox where parked_at is null order by seq limit 1`,
  )
  scraped(
    'outbox_parked',
    'Events that Kafka refused for good; each needs a look',
    'select count(*) as value from outbox where parked_at is not null',
  )

  return {
    published: new Counter({ name: 'outbox_published_total', help: 'Events published by this relay', registers }),
    active: new Gauge({ name: 'outbox_relay_active', help: '1 while this relay is the active one', registers }),
  }
}
