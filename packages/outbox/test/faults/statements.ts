import type { Knex } from 'knex'
import type { Exchange, Statement } from './plan.ts'

type Query = (config: { text: string }) => Promise<unknown>

/** Has the connection of a relay look on at what it asks. `request` and `answer` are before anybody else sees them. */
export function watchStatements(db: Knex, watcher: (at: Exchange, statement: Statement) => void): void {
  const acquire = db.client.acquireRawConnection.bind(db.client)
  db.client.acquireRawConnection = async () => {
    const connection = await acquire()
    const query: Query = connection.query.bind(connection)
    connection.query = (config: { text: string }, ...rest: []) => {
      const statement = nameOf(config)
      if (!statement) return query(config, ...rest)
      watcher('request', statement)
      setImmediate(() => watcher('written', statement))
      return query(config).then((result) => {
        watcher('answer', statement)
        return result
      })
    }
    return connection
  }
}

function nameOf({ text }: { text?: string }): Statement | undefined {
  if (text?.startsWith('select id, aggregatetype')) return 'read'
  if (text?.startsWith('delete from outbox')) return 'delete'
  return undefined
}
