import type { Knex } from 'knex'
import { connectDatabase, type Database } from './database.ts'
import { readMigrations, type SqlFile } from './sql-files.ts'

/** Any constant will do; it must only be the same in every process that migrates. */
const LOCK = 4_711_001

/**
 * Runs the `*.sql` files of the folders that this database has not seen: folder by folder, each in the order of its names,
 * each file once and in a transaction of its own. Safe to run from several processes at a time. Prints and returns what it
 * applied. A file is known by its name: it must not be renamed, nor occur in two folders.
 */
export async function migrate(url: string, folders: string[]): Promise<string[]> {
  const files = await readMigrations(folders)
  // Two connections: one to hold the lock, one to migrate. Building an index may take its time.
  const db = connectDatabase({ url, poolSize: 2, statementTimeoutMs: 3_600_000, applicationName: 'migrate' })
  try {
    return await db.transaction(async (lock) => {
      await lock.raw('select pg_advisory_xact_lock(?)', [LOCK])
      return await applyAll(db, files)
    })
  } finally {
    await db.close()
  }
}

async function applyAll(db: Database, files: SqlFile[]): Promise<string[]> {
  const config = {
    tableName: 'migrations',
    // A version to which one goes back does not know what later ones have applied: made to be borne, it is borne.
    disableMigrationsListValidation: true,
    migrationSource: {
      getMigrations: async () => files,
      getMigrationName: (file: SqlFile) => file.name,
      getMigration: async (file: SqlFile) => ({
        up: (trx: Knex) => execute(trx, file),
        down: () => Promise.reject(new Error('migrations go forward only')),
      }),
    },
  }
  // Knex's own lock is a row that outlives a killed process. Holding ours, we know that nobody else is migrating.
  await db.migrate.currentVersion(config)
  await db.migrate.forceFreeMigrationsLock(config)

  const applied: string[] = []
  while (true) {
    const [, [name] = []] = await db.migrate.up(config)
    if (name === undefined) return applied
    console.log(`migrate: applied ${name}`)
    applied.push(name)
  }
}

async function execute(trx: Knex, { name, sql }: SqlFile): Promise<void> {
  try {
    // Knex takes a bare question mark for a parameter, even in a comment.
    await trx.raw(sql.replaceAll('?', '\\?'))
  } catch (error) {
    // Knex puts the whole statement, here the whole file, in front of the reason.
    const { message } = error as Error
    throw new Error(`${name}: ${message.startsWith(sql) ? message.slice(sql.length + 3) : message}`, { cause: error })
  }
}
