import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Clone, cloneTree } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Snapshot, snapshot } from '../src/scaffold/snapshot.ts'

let clone: Clone
let before: Snapshot
beforeAll(() => {
  clone = cloneTree()
  before = snapshot(clone.folder, [
    'packages/events/schemas',
    'packages/events/src',
    'packages/events/released',
    'docs',
  ])
})
afterAll(() => clone.remove())

const newEvent = (...args: string[]) => run('packages/events/src/commands/new-event.ts', ...args)

const run = (command: string, ...args: string[]) => start(process.execPath, join(clone.folder, command), ...args)

async function start(program: string, ...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(clone.folder, '.local/compiled') }
  return promisify(execFile)(program, args, { cwd: clone.folder, env }).then(
    (written) => ({ exit: 0, ...written }),
    ({ code, stdout, stderr }) => ({ exit: code, stdout, stderr }),
  )
}

async function succeeds(running: ReturnType<typeof start>): Promise<void> {
  const { exit, stdout, stderr } = await running
  expect(exit, stdout + stderr).toBe(0)
}

test('only events are new', async () => {
  const { exit, stderr } = await run('infra/local/src/cli.ts', 'new', 'topic', 'order-shipped')
  expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('new event <name>') })
})

test.each([
  ['without a name', [], 'Usage'],
  ['by a name that exists', ['order-placed', '--consumers', 'payment-api'], "an event 'order-placed' already"],
  ['for a service that does not', ['order-shipped', '--consumers', 'shipping'], "no service 'shipping'"],
])('a call %s ends with 2, and nothing is written', async (_, args, why) => {
  const { exit, stdout, stderr } = await newEvent(...args)

  expect(stderr).toContain(why)
  expect([exit, stdout]).toEqual([2, ''])
  expect(before.changes()).toEqual([])
})

test('a call that fails on its way ends with 1, says where, and leaves nothing behind', async () => {
  const generators = join(clone.folder, 'infra/local/generate.ts')
  const source = readFileSync(generators, 'utf8')
  writeFileSync(generators, "throw new Error('no more ink')\n")
  const { exit, stderr } = await newEvent('order-shipped', '--consumers', 'data-platform-sink')
  writeFileSync(generators, source)

  expect(exit, stderr).toBe(1)
  expect(stderr).toMatch(/infra\/local\/generate\.ts failed.*no more ink/s)
  expect(before.changes()).toEqual([])
})

test('an event is written into the catalogue, with all that follows from it, once, and everything is in order then', {
  timeout: 120_000,
}, async () => {
  const options = ['--domain', 'payments', '--producer', 'payment-api', '--key', 'paymentId']
  const call = ['order-invoiced', '--consumers', 'data-platform-sink,ranking-service', ...options]
  const { exit, stdout, stderr } = await newEvent(...call)

  expect(exit, stderr).toBe(0)
  const written = before.changes()
  expect(written).toEqual(
    expect.arrayContaining([
      'docs/architecture.md',
      'docs/asyncapi.yaml',
      'packages/events/released/order-invoiced/v1.avro',
      'packages/events/schemas/payments/order-invoiced.avsc',
      'packages/events/src/catalogue.ts',
      'packages/events/src/generated/order-invoiced.ts',
    ]),
  )
  for (const path of written) expect(stdout).toContain(`  ${path}\n`)
  for (const service of ['payment-api', 'data-platform-sink', 'ranking-service'])
    expect(stdout).toContain(`pnpm deploy:service ${service}\n`)

  const { orderInvoiced, catalogue } = await import(join(clone.folder, 'packages/events/src/catalogue.ts'))
  expect(orderInvoiced).toMatchObject({
    topic: 'order-invoiced',
    type: 'firstcome.payments.OrderInvoiced',
    producer: 'payment-api',
    consumers: ['data-platform-sink', 'ranking-service'],
  })
  expect(orderInvoiced.key({ paymentId: 'a payment' })).toBe('a payment')
  expect(catalogue).toContain(orderInvoiced)

  expect(await newEvent(...call)).toMatchObject({ exit: 2, stderr: expect.stringContaining('already') })
  const tool = (name: string) => join(clone.folder, 'node_modules/.bin', name)
  await succeeds(run('infra/local/generate.ts', '--check'))
  await succeeds(run('infra/local/src/cli.ts', 'contracts', 'check', '--no-registry'))
  await succeeds(start(tool('biome'), 'check', 'packages/events'))
  await succeeds(start(tool('tsc'), '-p', 'packages/events'))
})
