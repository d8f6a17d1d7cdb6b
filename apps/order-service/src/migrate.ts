import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { outboxMigrations } from '@firstcome/outbox'
import { readConfig } from '@firstcome/service'
import { migrate } from '@firstcome/stores/postgres'
import { settings } from './config.ts'

const { database } = readConfig({ database: settings.database })
await migrate(database.url, [outboxMigrations, ownMigrations()])

/** Beside this file in the bundle, beside its folder in the source. */
function ownMigrations(): string {
  const bundled = fileURLToPath(new URL('./migrations', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../migrations', import.meta.url))
}
