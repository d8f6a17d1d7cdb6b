import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clone, cloneTree, runNode, testStack } from '@firstcome/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { orderPlaced } from '../catalogue.ts'
import { contractProblems } from './check.ts'
import { runContracts } from './run-contracts.ts'
import { standings } from './standing.ts'

let clone: Clone
const originals = new Map<string, string>()
beforeAll(() => {
  clone = cloneTree()
})
afterEach(() => {
  for (const [path, text] of originals) writeFileSync(path, text)
  originals.clear()
})
afterAll(() => clone.remove())

const events = () => join(clone.folder, 'packages/events')

/** In the clone, and without a registry unless the environment names one. */
async function contracts(args: string, env: Record<string, string> = {}) {
  const child = runNode(join(events(), 'src/commands/contracts.ts'), env, args.split(' ').filter(Boolean))
  const { code } = await child.ended
  return { code, output: child.output() }
}

function edit(path: string, from: string | RegExp, to: string): void {
  const file = join(events(), 'schemas', path)
  const text = readFileSync(file, 'utf8')
  if (!originals.has(file)) originals.set(file, text)
  const edited = text.replace(from, to)
  expect(edited).not.toBe(text)
  writeFileSync(file, edited)
}

const released = () => readdirSync(join(events(), 'released'), { recursive: true }).sort()

describe('contracts check', () => {
  it('is short when all is well, and says that no registry answered', async () => {
    expect(await contracts('check', { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9' })).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^git: \d+ contracts, \d+ released versions[^\n]*\nregistry: not asked: [^\n]*http:\/\/127.0.0.1:9 does not answer\nEvery contract reads, and is read by, every version of it\.\n$/,
      ),
    })
  })

  it('refuses each kind of breaking change, naming whom it breaks; and none of them is released', async () => {
    edit('orders/order-placed.avsc', /,\s*\{\s*"name": "totalAmount".*?\}/s, '')
    edit('payments/payment-completed.avsc', '"amount"', '"total"')
    edit('orders/order-confirmed.avsc', /("name": "userId",\s*"type": )"long"/, '$1"string"')
    edit('coupons/coupon-issue-failed.avsc', '"COUPON_CLOSED",', '')
    edit('coupons/coupon-policy.avsc', /"default": null,/, '')
    edit('orders/order-rejected.avsc', '"firstcome.orders"', '"firstcome.shop"')
    edit('payments/payment-refunded.avsc', '"PaymentRefunded"', '"PaymentReturned"')
    edit('coupons/coupon-issue.avsc', '"fields": [', '"fields": [{ "name": "channel", "type": "string" },')
    edit('coupons/coupon-issue-completed.avsc', /("name": "partition",\s*"type": )"int"/, '$1"long"')
    const before = released()

    const { code, output: said } = await contracts('check')
    expect(code).toBe(1)
    const output = said.replaceAll(/\(against v\d+\)/g, '(against the newest)')
    for (const told of [
      'order-placed: refused\n  ✗ removing `totalAmount` (long, no default) (against the newest)\n      breaks its consumers payment-api as they run today',
      '✗ removing `amount` and adding `total`, both long: this looks like a rename (against the newest)\n      breaks its consumers order-service',
      '✗ turning `userId` from long into string (against the newest)\n      breaks its consumers data-platform-sink and ranking-service',
      '✗ removing COUPON_CLOSED from the symbols of `reason` (against the newest)',
      '✗ taking the default null from `opensAt` (against the newest)',
      '✗ moving the type of the event to another namespace: firstcome.orders.OrderRejected to firstcome.shop.OrderRejected',
      '✗ renaming the type of the event from firstcome.payments.PaymentRefunded to firstcome.payments.PaymentReturned',
      '✗ adding `channel` (string, no default) (against the newest)\n      breaks the new code of coupon-worker',
      '✗ turning `partition` from int into long (against the newest)\n      breaks its consumers coupon-api',
    ])
      expect(output).toContain(told)
    expect(output.match(/refused$/gm)).toHaveLength(9)
    expect(output.match(/instead: /g)).toHaveLength(9)

    const refused = await contracts('release')
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('Nothing was written.') })
    expect(released()).toEqual(before)
  })
})

test('a change that is allowed wants to be released; then it is, with its sample, and has a history', async () => {
  edit(
    'orders/order-placed.avsc',
    '"fields": [',
    '"fields": [{ "name": "channel", "type": "string", "default": "web" },',
  )
  const due = await contracts('check')
  expect(due.code).toBe(1)
  expect(due.output).toContain('order-placed: not released yet: run pnpm contracts release\n  ✓ adding `channel`')

  const diff = await contracts('diff order-placed')
  expect(diff).toEqual({ code: 0, output: expect.stringMatching(/since v\d+:\n {4}✓ adding `channel`/) })
  const release = await contracts('release')
  expect(release.code, release.output).toBe(0)
  expect(release.output.match(/written: .*order-placed\/v\d+\.(avsc|json|avro)/g)).toHaveLength(3)

  expect(await contracts('check')).toMatchObject({ code: 0 })
  const history = await contracts('history order-placed')
  expect(history.output).toMatch(/^order-placed: \d+ versions\n {2}v1, .*\n {4}begins with `orderId`/)
  expect(history.output).toMatch(/\n {2}v\d+, .*\n {4}✓ adding `channel`/)
})

test('what the registry holds counts as well: a version that is in no git, and the ids', async () => {
  const [event] = standings(orderPlaced.topic)
  const { schema } = event!.released[0]!
  const elsewhere = { ...schema, fields: [...schema.fields, { name: 'channel', type: 'long' }] }
  const known = [{ version: 1, id: 1, schema }]
  expect(contractProblems(event!, known)).toEqual([])
  expect(contractProblems(event!, [...known, { version: 2, id: 2, schema: elsewhere }])).toEqual([
    expect.stringContaining('✗ removing `channel` (long, no default) (against version 2 of the registry)'),
  ])

  const history = await contracts('history order-placed', { SCHEMA_REGISTRY_URL: testStack().registryUrl })
  expect(history).toEqual({ code: 0, output: expect.stringMatching(/v1, .*, registered, id \d+\n/) })
})

test('a file that is no schema is named', async () => {
  edit('orders/order-placed.avsc', '"type": "long"', '"type": "lang"')
  expect(await contracts('check')).toEqual({
    code: 1,
    output: expect.stringMatching(/^packages\/events\/schemas\/orders\/order-placed.avsc is no schema: .*lang/),
  })
})

test.each([
  ['', 'Usage'],
  ['publish', "No command 'publish'"],
  ['check order-placed', 'too many arguments'],
  ['check --all', "Unknown option '--all'"],
  ['history', 'Of which topic?'],
  ['history order-lost', "No topic 'order-lost'"],
  ['register nobody', "No service 'nobody'"],
  ['register payment-api', 'SCHEMA_REGISTRY_URL is not set'],
])('a wrong call, contracts %s, says why', async (args, why) => {
  await expect(runContracts(args.split(' ').filter(Boolean))).rejects.toThrow(why)
})

test('a wrong call ends with 2', async () => {
  expect(await contracts('history order-lost')).toEqual({ code: 2, output: expect.stringContaining('order-placed') })
})
