import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { bundle, nodeMajor } from './bundle.ts'
import { describe } from './describe.ts'
import { launcher } from './launcher.ts'

/**
 * Builds the app in the current folder into `dist`, which needs Node and nothing else: `node dist/main.js`, wherever it is
 * copied to. Beside the service lie its steps of a deployment: `migrate.js` where it owns a database, `topics.js` and
 * `register.js`.
 * Another folder can be given: `node …/infra/build/src/main.ts /tmp/elsewhere`.
 */
const app = process.cwd()
const dist = resolve(process.argv[2] ?? 'dist')
/** Built aside and swapped in: a service that is being restarted finds the old artifact or the new one, never half of one. */
const [aside, old] = [`${dist}.new`, `${dist}.old`]

interface Manifest {
  name: string
  version: string
  dependencies?: Record<string, string>
}
const { name, version, dependencies = {} }: Manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))

rmSync(aside, { recursive: true, force: true })
mkdirSync(aside, { recursive: true })
const { entries, parts } = await bundle(app, aside, {
  main: 'src/main.ts',
  ...(existsSync(join(app, 'src/migrate.ts')) && { migrate: 'src/migrate.ts' }),
  // What has to be there before a service runs: the topics, and in the registry what it produces.
  topics: join(sourceOf('@firstcome/kafka'), 'commands/topics.ts'),
  register: join(sourceOf('@firstcome/events'), 'commands/register.ts'),
})
for (const [entry, file] of Object.entries(entries)) writeFileSync(join(aside, `${entry}.js`), launcher(file))
copyMigrations(join(app, 'migrations'), join(aside, 'migrations'))
if (dependencies['@firstcome/outbox'])
  copyMigrations(join(sourceOf('@firstcome/outbox'), '../migrations'), join(aside, 'migrations/outbox'))
// In an empty folder Node would take the files for CommonJS.
const manifest = { name, version, private: true, type: 'module', engines: { node: `>=${nodeMajor}` } }
writeFileSync(join(aside, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

rmSync(old, { recursive: true, force: true })
if (existsSync(dist)) renameSync(dist, old)
renameSync(aside, dist)
rmSync(old, { recursive: true, force: true })

console.log(describe(dist, parts))

/** Folder of a package's sources, as this app resolves it. */
function sourceOf(dependency: string): string {
  return dirname(createRequire(join(app, 'package.json')).resolve(dependency))
}

function copyMigrations(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true })
}
