import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { atEnd } from '../measure/endings.ts'

export interface Database {
  url: string
  pool: pg.Pool
  /** Of one row. */
  one<Row>(sql: string, values?: unknown[]): Promise<Row>
  drop(): Promise<void>
}

/** A database of its own; `prepare` makes its tables. */
export async function openDatabase(server: string, prepare: (url: string) => Promise<void>): Promise<Database> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  const url = new URL(server)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 4 })
  // The server ends idle connections when the database is dropped.
  pool.on('error', () => {})
  const drop = atEnd(async () => {
    await pool.end()
    await execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
  await execute(server, `CREATE DATABASE ${name}`)
  await prepare(url.href)
  return {
    url: url.href,
    pool,
    async one(sql, values) {
      const { rows } = await pool.query(sql, values)
      return rows[0]
    },
    drop,
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
