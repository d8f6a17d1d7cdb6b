import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with the SQL of `outbox` and `inbox`, for `migrate(url, [outboxMigrations, …])`. */
export const outboxMigrations = locate('../migrations', './migrations/outbox')

/** From source the folder lies in this package; in an app's bundle the build has copied it beside the bundle. */
function locate(fromSource: string, fromBundle: string): string {
  const bundled = fileURLToPath(new URL(fromBundle, import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL(fromSource, import.meta.url))
}
