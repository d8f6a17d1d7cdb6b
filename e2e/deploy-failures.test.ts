import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { testFolder, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { call } from './client.ts'
import { artifactOf } from './deploy/artifacts.ts'
import { processesOf } from './replicas.ts'
import { pidOf, services } from './system.ts'
import { tool } from './tool.ts'

const root = join(import.meta.dirname, '..')
const service = 'ranking-service'
const all = services.flatMap(processesOf)

test('the whole system runs from copies of the six artifacts, alone in folders outside the workspace', () => {
  for (const { name, cwd, release } of all) {
    expect(cwd.startsWith(realpathSync(root)), `${name} runs in ${cwd}`).toBe(false)
    expect(cwd).toMatch(new RegExp(`/${release}$`))
    expect(readdirSync(cwd)).not.toContain('node_modules')
  }
  expect(new Set(all.map(({ service }) => service.name)).size).toBe(6)
})

test.runIf(process.platform === 'linux')('of the workspace a service has nothing in its memory but Node itself', () => {
  const node = realpathSync(join(root, 'node_modules/node/bin/node'))
  for (const { name, cwd } of all) {
    const maps = readFileSync(`/proc/${pidOf(name)}/maps`, 'utf8')
    const files = new Set(maps.split('\n').flatMap((line) => line.match(/ (\/.*)$/)?.[1] ?? []))
    expect([...files].filter((file) => file.startsWith(realpathSync(root)) && realpathSync(file) !== node)).toEqual([])
    // Its native part is its own.
    expect([...files].filter((file) => file.endsWith('.node')).every((file) => file.startsWith(cwd))).toBe(true)
  }
})

test('a build that does not start leaves the old one running, and says why', async () => {
  const before = pidOf(service)
  const { code, output } = await tool(
    'deploy:service',
    service,
    '--from',
    artifactOf("throw new Error('left half done')"),
  )
  expect(code, output).toBe(1)
  expect(output).toContain('left half done')
  expect(output).toContain(`${service}-next does not start (it last exited with 1)`)
  expect(pidOf(service)).toBe(before)
  expect(pidOf(`${service}-next`)).toBeUndefined()
  expect((await call('GET /api/rankings/best-sellers')).status).toBe(200)
})

test('topics, contracts and migrations are those of the build, and come in this order, before it starts', async () => {
  const notes = join(testFolder(), 'notes')
  const noting = (step: string) => `require('node:fs').appendFileSync(${JSON.stringify(notes)}, '${step} ')`
  const steps = { topics: noting('topics'), register: noting('register'), migrate: noting('migrate') }
  const artifact = artifactOf(`${noting('start')}; process.exit(3)`, steps)
  const { code, output } = await tool('deploy:service', 'data-platform-sink', '--from', artifact)
  expect(code, output).toBe(1)
  expect(readFileSync(notes, 'utf8')).toMatch(/^topics register migrate (start )+$/)
})

test('where a step fails nothing is started, and the old one runs on', async () => {
  const before = pidOf(service)
  const artifact = artifactOf('process.exit(3)', { topics: "throw new Error('no broker')" })
  const { code, output } = await tool('deploy:service', service, '--from', artifact)
  expect(code, output).toBe(1)
  expect(output).toContain('no broker')
  expect(output).not.toContain('does not start')
  expect([pidOf(service), pidOf(`${service}-next`)]).toEqual([before, undefined])
})

/** A deploy of a build that starts and is never ready. */
async function hanging(): Promise<ChildProcess> {
  const artifact = artifactOf('setInterval(() => {}, 1_000)')
  const args = ['infra/local/bootstrap.mjs', 'deploy:service', service, '--from', artifact, '--test']
  const child = spawn('node', args, { cwd: root, stdio: 'ignore', detached: true })
  await waitFor('the new one to start', () => pidOf(`${service}-next`) !== undefined)
  return child
}

test('interrupted while the new one starts, it ends that one, and the old one runs on', async () => {
  const before = pidOf(service)
  const child = await hanging()
  process.kill(child.pid!, 'SIGINT')
  expect((await once(child, 'exit'))[0]).toBe(130)
  expect([pidOf(service), pidOf(`${service}-next`)]).toEqual([before, undefined])
})

test('killed while the new one starts, it leaves that to the next deploy, which ends it', async () => {
  const before = pidOf(service)
  const child = await hanging()
  process.kill(-child.pid!, 'SIGKILL')
  await once(child, 'exit')
  const { code, output } = await tool('deploy:service', service, '--from', artifactOf('process.exit(3)'))
  expect(code, output).toBe(1)
  expect(output).toContain('finish what an interrupted replacement has left')
  expect([pidOf(service), pidOf(`${service}-next`)]).toEqual([before, undefined])
})

test.each([
  ['no service', []],
  ['a service that there is not', ['coupons']],
  ['two services', ['coupon-api', 'coupon-worker']],
  ['an option that there is not', ['coupon-api', '--now']],
])('%s: it says how it is used, and ends with 2', async (_what, args) => {
  const { code, output } = await tool('deploy:service', ...args)
  expect(code, output).toBe(2)
  expect(output).toContain('pnpm deploy:service <service>')
})

test('a folder that is no artifact is refused before anything is touched', async () => {
  const { code, output } = await tool('deploy:service', service, '--from', 'docs')
  expect(code, output).toBe(1)
  expect(output).toContain('is no artifact: it has no main.js')
})
