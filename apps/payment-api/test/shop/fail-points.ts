import type { Outbox } from '@firstcome/outbox'
import type { Database } from '@firstcome/stores/postgres'

/** The steps of a payment between which a crash must change nothing, in the order in which they are reached. */
export type FailPoint =
  | 'key-taken'
  | 'claimed'
  | 'before-find'
  | 'found'
  | 'charged'
  | 'before-refund'
  | 'refunded'
  | 'before-commit'
  | 'committed'

/** Dies as by `kill -9` at the point that was armed last, with nothing flushed, closed or answered. */
export function failPoints() {
  let armed: string | undefined
  return {
    arm(point: string) {
      armed = point
    },
    reach(point: FailPoint) {
      if (point === armed) process.kill(process.pid, 'SIGKILL')
    },
  }
}

/** Statements are points too: before one is sent, and when its answer is here. */
export function watchStatements(db: Database, reach: (point: FailPoint) => void): void {
  db.on('query', ({ sql }: { sql: string }) => {
    if (/^(COMMIT|with settled)/.test(sql)) reach('before-commit')
  })
  db.on('query-response', (_rows: unknown, { sql }: { sql: string }) => {
    if (sql.startsWith('insert into idempotency_keys')) reach('key-taken')
    if (sql.startsWith('insert into payments')) reach('claimed')
    if (sql.startsWith('with settled')) reach('committed')
  })
}

/** Knex tells of no answer to a commit, but of the end of a transaction: each of those that count announces something. */
export function watchCommits(outbox: Outbox, reach: (point: FailPoint) => void): Outbox {
  return {
    ...outbox,
    add(trx, ...entry) {
      trx.executionPromise.then(
        () => reach('committed'),
        () => {},
      )
      return outbox.add(trx, ...entry)
    },
  }
}
