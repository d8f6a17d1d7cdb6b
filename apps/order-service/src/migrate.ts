import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { outboxMigrations } from '@firstcome/outbox'
import { readConfig } from '@firstcome/service'
import { migrate } from '@firstcome/stores/postgres'
import { settings } from './config.ts'

// The build copies the folder beside the bundle; in the source tree it lies one above.
const [bundled, source] = ['./migrations', '../migrations'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const { database } = readConfig({ database: settings.database })

await migrate(database.url, [outboxMigrations, existsSync(bundled!) ? bundled! : source!])
