import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/** Builds the app in the current folder into dist/, which needs nothing else to run: `node dist/main.js`. */
const app = process.cwd()
/** Built aside and swapped in: a service that is being restarted finds the old bundle or the new one, never none. */
const dist = join(app, '.dist-new')
const entryPoints = ['src/main.ts', 'src/migrate.ts'].filter((file) => existsSync(join(app, file)))

rmSync(dist, { recursive: true, force: true })
await build({
  absWorkingDir: app,
  entryPoints,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'esm',
  sourcemap: true,
  // Stack traces and metrics name functions and errors.
  keepNames: true,
  // CommonJS dependencies ask for these, which an ES module does not have.
  banner: {
    js: `import { createRequire as __createRequire } from 'node:module'
import { dirname as __dirnameOf } from 'node:path'
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = __dirnameOf(__filename)`,
  },
  // Native parts (snappy) are copied in beside the bundle.
  loader: { '.node': 'copy' },
  external: unusedDrivers(),
  logLevel: 'warning',
  logOverride: { 'require-resolve-not-external': 'silent' },
})

copyMigrations(join(app, 'migrations'), join(dist, 'migrations'))
const dependencies: Record<string, string> =
  JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies ?? {}
if (dependencies['@firstcome/outbox']) {
  const outbox = dirname(createRequire(join(app, 'package.json')).resolve('@firstcome/outbox'))
  copyMigrations(join(outbox, '../migrations'), join(dist, 'migrations/outbox'))
}

const old = join(app, '.dist-old')
rmSync(old, { recursive: true, force: true })
if (existsSync(join(app, 'dist'))) renameSync(join(app, 'dist'), old)
renameSync(dist, join(app, 'dist'))
rmSync(old, { recursive: true, force: true })

function copyMigrations(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true })
}

/** Knex names the drivers of every database it speaks to, and pg its native twin; none of them is installed. */
function unusedDrivers(): string[] {
  return [
    'better-sqlite3',
    'mariadb',
    'mysql',
    'mysql2',
    'oracledb',
    'pg-native',
    'pg-query-stream',
    'sqlite3',
    'tedious',
  ]
}
