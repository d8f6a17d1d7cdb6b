import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { testFolder } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const copy = testFolder()
/** Turbo looks for pnpm by its name; the pinned one lies here. */
const path = [join(root, 'node_modules/.bin'), join(root, '.local/bin'), process.env.PATH].join(delimiter)

/** These run or read all six services: whatever affects one of them affects these. */
const wholeSystem = ['@firstcome/bench', '@firstcome/e2e', '@firstcome/images', '@firstcome/reference']
const apps = ['coupon-api', 'coupon-worker', 'data-platform-sink', 'order-service', 'payment-api', 'ranking-service']

function run(command: string, args: string[], cwd = copy): string {
  const env = { ...process.env, PATH: path, TURBO_SCM_BASE: 'HEAD', TURBO_TELEMETRY_DISABLED: '1' }
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

const touched = {
  app: 'apps/coupon-api/src/main.ts',
  package: 'packages/outbox/src/index.ts',
  everybodysPackage: 'packages/kafka/src/index.ts',
  gateway: 'infra/gateway/nginx.ts',
  document: 'docs/operations.md',
}

beforeAll(() => {
  // All that turbo plans by, as it is now and not as it was when it was last committed; of the sources, those that change.
  const patterns = ['package.json', '*/package.json', 'pnpm-*.yaml', 'turbo.json', 'patches', ...Object.values(touched)]
  const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], root)
  for (const file of files.trim().split('\n')) cpSync(join(root, file), join(copy, file))
  run('git', ['init', '--quiet'])
  run('git', ['add', '--all'])
  const author = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost', '-c', 'commit.gpgsign=false']
  run('git', [...author, 'commit', '--quiet', '--message', 'before'])
})

interface Plan {
  tests: string[]
  builds: string[]
}

/** What turbo would build and test if only this file had been changed, the packages in alphabetical order. */
function planAfterTouching(file: string): Plan {
  appendFileSync(join(copy, file), '\n')
  try {
    const answer = run('turbo', ['run', 'build', 'test', '--affected', '--dry=json'])
    const { tasks }: { tasks: { task: string; package: string; command: string }[] } = JSON.parse(answer)
    const real = tasks.filter(({ command }) => command !== '<NONEXISTENT>')
    const packages = (name: string) => real.filter(({ task }) => task === name).map((one) => one.package)
    return { tests: packages('test').sort(), builds: packages('build').sort() }
  } finally {
    run('git', ['checkout', '--quiet', '--', file])
  }
}

test('a change to one app builds that app alone, and tests it and what stands on all apps', () => {
  expect(planAfterTouching(touched.app)).toEqual({
    builds: ['coupon-api'],
    tests: [...wholeSystem, 'coupon-api'],
  })
})

test('a change to a package builds and tests the packages and apps that use it, and no other package', () => {
  expect(planAfterTouching(touched.package)).toEqual({
    builds: ['coupon-worker', 'order-service', 'payment-api'],
    tests: [...wholeSystem, '@firstcome/outbox', 'coupon-worker', 'order-service', 'payment-api'].sort(),
  })
  expect(planAfterTouching(touched.everybodysPackage).builds).toEqual(apps)
})

test('a change to the gateway is one to the system that every test runs against', () => {
  expect(planAfterTouching(touched.gateway).tests).toEqual(expect.arrayContaining([...wholeSystem, ...apps]))
})

test('a change to a document builds and tests nothing', () => {
  expect(planAfterTouching(touched.document)).toEqual({ builds: [], tests: [] })
})
