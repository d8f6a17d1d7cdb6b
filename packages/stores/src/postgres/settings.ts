import { z } from 'zod'

const milliseconds = z.coerce.number().int().positive()

export interface PostgresConfig {
  url: string
  poolSize: number
  statementTimeoutMs?: number
  acquireTimeoutMs?: number
  /** Shown in pg_stat_activity; the name of the database where none is given. */
  applicationName?: string
}

/** Settings of the one database a service owns. */
export function postgresSettings(defaultDatabase: string) {
  return {
    url: {
      env: 'DATABASE_URL',
      schema: z
        .url({ protocol: /^postgres(?:ql)?$/ })
        .default(`postgres://127.0.0.1:5432/${defaultDatabase}`)
        .describe('Postgres database that the service owns, with the role it signs in as'),
    },
    poolSize: {
      env: 'DATABASE_POOL',
      schema: z.coerce.number().int().positive().default(10).describe('most connections to Postgres at a time'),
    },
    statementTimeoutMs: {
      env: 'DATABASE_STATEMENT_TIMEOUT_MS',
      schema: milliseconds
        .default(30_000)
        .describe('longest that Postgres works on a statement, or waits for the next of a transaction, in ms'),
    },
    acquireTimeoutMs: {
      env: 'DATABASE_ACQUIRE_TIMEOUT_MS',
      schema: milliseconds.default(5_000).describe('longest wait for a connection, in ms; past it counts as an outage'),
    },
  }
}
