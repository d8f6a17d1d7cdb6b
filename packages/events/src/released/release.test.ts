import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testFolder } from '@firstcome/testing'
import { expect, it } from 'vitest'
import type { AvroField } from '../evolution/schema.ts'
import { readReleased, writeReleased } from './files.ts'
import { additions, rewritten } from './history.ts'
import { ReleaseRefused, release } from './release.ts'
import type { Source } from './sources.ts'

const amount = { name: 'amount', type: 'long' }
const currency = { name: 'currency', type: ['null', 'string'], default: null }
const order = (...fields: AvroField[]): Source => ({
  topic: 'order-taken',
  path: 'orders/order-taken.avsc',
  schema: { type: 'record', namespace: 'first.test', name: 'OrderTaken', fields },
})

it('keeps a first version, then the next one when the schema changed, and nothing when it did not', () => {
  const folder = testFolder()
  const first = ['v1.avsc', 'v1.json', 'v1.avro'].map((file) => join(folder, 'order-taken', file))
  expect(release([order(amount)], folder)).toEqual(first)
  expect(release([order(amount)], folder)).toEqual([])
  const bytes = first.map((path) => readFileSync(path))

  expect(release([order(amount, currency)], folder)).toHaveLength(3)
  const [, v2] = readReleased('order-taken', folder)
  expect(v2).toMatchObject({ version: 2, sample: { amount: 30_300, currency: 'KRW' } })
  expect(first.map((path) => readFileSync(path))).toEqual(bytes)
})

it('refuses a change that any released version forbids, and then writes nothing of any contract', () => {
  const folder = testFolder()
  release([order(amount)], folder)
  release([order(amount, currency)], folder)
  const other: Source = { ...order(amount), topic: 'order-sent' }
  expect(() => release([other, order(currency)], folder)).toThrow(ReleaseRefused)
  expect(readdirSync(folder)).toEqual(['order-taken'])
  expect(readReleased('order-taken', folder)).toHaveLength(2)
})

it('never writes a version that is there', () => {
  const folder = testFolder()
  release([order(amount)], folder)
  const again = { topic: 'order-taken', version: 1, schema: order(amount, currency).schema }
  expect(() => writeReleased({ ...again, sample: { amount: 1, currency: null } }, folder)).toThrow('EEXIST')
  expect(readReleased('order-taken', folder)).toMatchObject([{ schema: order(amount).schema }])
})

it('refuses a union whose branches JavaScript does not tell apart', () => {
  const either = { name: 'either', type: ['int', 'long'] }
  expect(() => release([order(either)], testFolder())).toThrow(/order-taken: no sample of it can be written/)
})

it('finds what was rewritten since the commit that released it, also when that was committed', () => {
  const folder = join(testFolder(), 'released')
  mkdirSync(folder)
  expect(rewritten(folder)).toBeUndefined()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args], { cwd: folder })
  git('init', '-q', '..')
  const commit = () => git('add', '-A', '.') && git('commit', '-qm', 'as it is')
  release([order(amount)], folder)
  commit()
  release([order(amount, currency)], folder)
  expect([...additions(folder)!.keys()].sort()).toEqual(
    ['v1.avro', 'v1.avsc', 'v1.json'].map((one) => `order-taken/${one}`),
  )
  expect(rewritten(folder)).toEqual([])

  commit()
  const sample = join(folder, 'order-taken/v1.json')
  writeFileSync(sample, readFileSync(sample, 'utf8').replace('30300', '1'))
  expect(rewritten(folder)).toMatchObject([{ path: 'order-taken/v1.json' }])
  commit()
  expect(rewritten(folder)).toMatchObject([{ path: 'order-taken/v1.json' }])

  // Taken back before anybody used it, and made anew: what was added last counts.
  rmSync(join(folder, 'order-taken'), { recursive: true })
  commit()
  release([order(amount, currency)], folder)
  commit()
  expect(rewritten(folder)).toEqual([])
})
