import type { Knex } from 'knex'
import type { Client, QueryResult, QueryResultRow } from 'pg'

const CHANNEL = 'outbox'
/** A statement without an answer for this long means a dead connection: the session is given up. */
const QUERY_TIMEOUT_MS = 30_000
const END_MS = 1_000
/**
 * A process that stands still (stopped, swapped out, its host gone) says nothing and keeps its connection, and the lock with it. So
 * the server is told to end a session that is idle, or takes no answer, for this long, and a live one says something more often,
 * whatever else it waits for.
 */
const STANDSTILL_MS = 5_000
const HEARTBEAT_MS = 1_000

/**
 * One connection that does everything a relay does: it holds the lock, listens, reads and deletes. Whoever loses the
 * connection loses the lock with it, so a relay that has been replaced can delete nothing. What it had handed to Kafka by then may
 * still arrive, behind what its heir has published: events that are there already, under the same ids.
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
export async function openSession(db: Knex, ring: () => void, standstillMs = STANDSTILL_MS): Promise<Session> {
  const connection = await connect(db, standstillMs)
  let active = false
  let notifying = false
  let again = false
  let beating = false

  connection.on('notification', ring)
  connection.on('end', ring)
  connection.on('error', ring)

  const query = <R extends QueryResultRow>(text: string, values?: unknown[]) =>
    connection.query<R>({ text, values, query_timeout: QUERY_TIMEOUT_MS } as { text: string; values?: unknown[] })

  const heartbeat = setInterval(() => {
    if (beating) return
    beating = true
    query('select 1')
      .catch(() => {}) // the session's own loop meets the same error
      .finally(() => {
        beating = false
      })
  }, HEARTBEAT_MS)

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
    close() {
      clearInterval(heartbeat)
      return end(connection)
    },
  }
}

async function connect(db: Knex, standstillMs: number): Promise<Client> {
  const connection: Client = await db.client.acquireRawConnection()
  try {
    // Deleting a published row need not wait for the disk: if it is lost, the row is published again under its event id.
    await connection.query(
      `set application_name = 'outbox-relay'; set synchronous_commit = off;
       set idle_session_timeout = ${standstillMs}; set tcp_user_timeout = ${standstillMs}`,
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
