import type { Knex } from 'knex'
import type { Client, QueryResult, QueryResultRow } from 'pg'

const CHANNEL = 'outbox'
/** A statement without an answer for this long means a dead connection: the session is given up. */
const QUERY_TIMEOUT_MS = 30_000
const END_MS = 1_000

/**
 * One connection that does everything a relay does: it holds the lock, listens, reads and deletes. Whoever loses the
 * connection loses the lock with it, so a relay that has been replaced can delete nothing.
 */
export interface Session {
  /** True once this session holds the lock of its database. */
  readonly active: boolean
  /** Tries to become the active relay of this database. */
  activate(): Promise<boolean>
  /** Wakes the active relay, wherever it runs; calls made while one is on its way become one more. */
  notify(): void
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<QueryResult<R>>
  close(): Promise<void>
}

/** Opens a connection of its own, beside the pool; `ring` is called at a notification and when the connection breaks. */
export async function openSession(db: Knex, ring: () => void): Promise<Session> {
  const connection = await connect(db)
  let active = false
  let notifying = false
  let again = false

  connection.on('notification', ring)
  connection.on('end', ring)
  connection.on('error', ring)

  const query = <R extends QueryResultRow>(text: string, values?: unknown[]) =>
    connection.query<R>({ text, values, query_timeout: QUERY_TIMEOUT_MS } as { text: string; values?: unknown[] })

  function notify(): void {
    again = notifying
    if (notifying) return
    notifying = true
    query(`notify ${CHANNEL}`)
      .catch(() => {}) // the session's own loop meets the same error
      .finally(() => {
        notifying = false
        if (again) notify()
      })
  }

  return {
    get active() {
      return active
    },
    async activate() {
      // Tried every second rather than waited for: a statement that waits holds a snapshot, and vacuum with it.
      const { rows } = await query<{ locked: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('outbox-relay', 0)) as locked`,
      )
      if (rows[0]?.locked) await query(`listen ${CHANNEL}`)
      active = rows[0]?.locked === true
      return active
    },
    notify,
    query,
    close: () => end(connection),
  }
}

async function connect(db: Knex): Promise<Client> {
  const connection: Client = await db.client.acquireRawConnection()
  try {
    // Deleting a published row need not wait for the disk: if it is lost, the row is published again under its event id.
    // The keepalives let Postgres free the lock of a host that vanished within about ten seconds.
    await connection.query(
      `set application_name = 'outbox-relay'; set synchronous_commit = off;
       set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`,
    )
    return connection
  } catch (error) {
    await end(connection)
    throw error
  }
}

/** Says goodbye, but not to a server that does not listen. */
async function end(connection: Client): Promise<void> {
  const timeout = Promise.withResolvers<void>()
  const timer = setTimeout(timeout.resolve, END_MS)
  await Promise.race([connection.end(), timeout.promise])
  clearTimeout(timer)
}
