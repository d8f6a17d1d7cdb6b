import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runNode, startApp, testDatabase, testFolder, testPrefix, testStack, testTopics } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const prefix = testPrefix()
/** Outside of the workspace: no package can be found from there, and none of our sources. */
const elsewhere = testFolder()

beforeAll(async () => {
  for (const app of ['coupon-api', 'order-service']) buildAway(app)
  await testTopics(prefix)
}, 120_000)

/** Built as ever, then taken away from where it was built. */
function buildAway(app: string): void {
  const built = join(elsewhere, 'built', app)
  execFileSync(process.execPath, [join(root, 'infra/build/src/main.ts'), built], {
    cwd: join(root, 'apps', app),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  cpSync(built, join(elsewhere, app), { recursive: true })
  renameSync(built, join(elsewhere, `not-${app}`))
}

const file = (app: string, name: string) => join(elsewhere, app, name)

test('a service with a database is migrated and becomes ready from its artifact alone, and stops when it is told to', async () => {
  const database = await testDatabase()
  const migration = runNode(file('order-service', 'migrate.js'), { DATABASE_URL: database.url })
  expect(await migration.ended, migration.output()).toMatchObject({ code: 0 })
  expect(migration.output()).toContain('migrate: applied 0000_outbox.sql')

  const app = await startApp(file('order-service', 'main.js'), { KAFKA_PREFIX: prefix, DATABASE_URL: database.url })
  expect((await fetch(`${app.url}/api/products`)).status).toBe(200)
  expect(await app.stop()).toMatchObject({ code: 0 })
})

test('a service without a database becomes ready from its artifact alone, with nothing in it to migrate', async () => {
  const app = await startApp(file('coupon-api', 'main.js'), { KAFKA_PREFIX: prefix, REDIS_KEY_PREFIX: prefix })
  expect(existsSync(file('coupon-api', 'migrate.js'))).toBe(false)
  expect(await app.stop()).toMatchObject({ code: 0 })
})

test('a stack trace names the sources that the bundle was made of', async () => {
  const incomplete = join(elsewhere, 'incomplete')
  cpSync(join(elsewhere, 'order-service'), incomplete, { recursive: true })
  rmSync(join(incomplete, 'migrations'), { recursive: true })
  const migration = runNode(join(incomplete, 'migrate.js'), { DATABASE_URL: testStack().postgresUrl })
  expect(await migration.ended).toMatchObject({ code: 1 })
  expect(migration.output()).toMatch(/readMigrations \(.*packages\/stores\/src\/postgres\/sql-files\.ts:\d+/)
})

test('the artifact registers contracts, and says which setting it lacks', async () => {
  const step = runNode(file('coupon-api', 'register.js'), {}, ['coupon-api'])
  expect(await step.ended).toMatchObject({ code: 78 })
  expect(step.output()).toContain('SCHEMA_REGISTRY_URL')
})

test('the artifact has the native part of this platform, and no module of anybody else', () => {
  const files = readdirSync(join(elsewhere, 'coupon-api'), { recursive: true }).map(String)
  expect(files.filter((name) => name.endsWith('.node'))).toHaveLength(1)
  expect(files.filter((name) => name.includes('node_modules') || name.endsWith('.ts'))).toEqual([])
})
