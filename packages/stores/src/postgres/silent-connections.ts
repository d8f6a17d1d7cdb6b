import type { Client } from 'pg'

/** As knex keeps it in its pool. */
export interface PooledConnection extends Client {
  __knexUid: string
}

/**
 * When an answer does not come in time the driver gives the query up but keeps the connection, and whatever is sent next
 * waits behind an answer that never comes. So a connection that went silent is destroyed: the pool then makes another, and
 * a transaction on it fails at once instead of timing out once more on its rollback.
 */
export function silentConnections() {
  const connections = new Map<string, PooledConnection>()
  return {
    /** For the pool's `afterCreate`. */
    remember(connection: PooledConnection, done: (error: Error | null, connection: PooledConnection) => void): void {
      connections.set(connection.__knexUid, connection)
      connection.once('end', () => connections.delete(connection.__knexUid))
      done(null, connection)
    },
    /** For knex's `query-error`. */
    destroyIfSilent(error: unknown, query: { __knexUid?: string }): void {
      if (!(error instanceof Error) || !error.message.includes('Query read timeout')) return
      connections.get(query.__knexUid ?? '')?.connection.stream.destroy()
    },
  }
}
