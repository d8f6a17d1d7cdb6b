import knex, { type Knex } from 'knex'
import { numericInt8 } from './int8.ts'
import { markOutage } from './outage.ts'
import type { PostgresConfig } from './settings.ts'
import { silentConnections } from './silent-connections.ts'

export type Transaction = Knex.Transaction

/** A query builder and, for `service.use`, a resource. Errors that come from an outage carry `retriable: true`. */
export type Database = Knex & {
  readonly name: string
  /** Waits until Postgres answers. */
  start(): Promise<void>
  check(): Promise<void>
  close(): Promise<void>
}

/** A pool that opens connections as they are needed. int8 columns arrive as numbers; one beyond 2^53-1 is an error. */
export function connectDatabase(config: PostgresConfig): Database {
  const { url, poolSize, statementTimeoutMs = 30_000, acquireTimeoutMs = 5_000 } = config
  const silent = silentConnections()
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: config.applicationName ?? new URL(url).pathname.slice(1),
      statement_timeout: statementTimeoutMs,
      // A process that stands still in the middle of a transaction must not keep its locks from the one that took over.
      idle_in_transaction_session_timeout: statementTimeoutMs,
      // The server's timeout cannot reach us through a dead network; this one needs no answer.
      query_timeout: statementTimeoutMs + Math.min(statementTimeoutMs, 5_000),
      connectionTimeoutMillis: acquireTimeoutMs,
      keepAlive: true,
      types: numericInt8,
    } as Knex.PgConnectionConfig,
    acquireConnectionTimeout: acquireTimeoutMs,
    pool: { min: 0, max: poolSize, idleTimeoutMillis: 60_000, afterCreate: silent.remember },
    // Knex warns about every failed acquire; whoever asked for the connection gets the same error and decides.
    log: { warn() {} },
  })
  db.on('query-error', markOutage)
  db.on('query-error', silent.destroyIfSilent)
  markFailedAcquires(db)

  const resource = {
    start: () => select1(db),
    check: () => select1(db),
    close: () => db.destroy(),
  }
  // A Knex is a function, whose `name` can only be set by definition.
  return Object.defineProperty(Object.assign(db, resource), 'name', { value: 'postgres' }) as Database
}

async function select1(db: Knex): Promise<void> {
  await db.raw('select 1')
}

/** Failures to get a connection are no query errors, and transactions pass through here as well. */
function markFailedAcquires(db: Knex): void {
  const acquire = db.client.acquireConnection.bind(db.client)
  db.client.acquireConnection = async () => {
    try {
      return await acquire()
    } catch (error) {
      markOutage(error)
      throw error
    }
  }
}
