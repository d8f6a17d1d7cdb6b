import { testKafka } from '@firstcome/kafka/testing'
import { beforeAll, expect, test } from 'vitest'
import { type Body, call } from './client.ts'
import { forgetKeys } from './redis.ts'
import { unitsOf } from './shopping/books.ts'
import { products, startShopping } from './shopping/buyers.ts'
import { drained } from './shopping/drained.ts'
import { round } from './shopping/rounds.ts'
import { soldOf } from './shopping/run.ts'
import { reconciled, tool } from './tool.ts'

const kafka = await testKafka('', [])
const today = Temporal.Now.plainDateISO('Asia/Seoul')
const periods = ['daily', 'weekly', 'monthly', 'all']

/** The boards of all periods that hold today, as the gateway shows them. */
function boards(): Promise<Body['items'][]> {
  return Promise.all(
    periods.map(async (period) => {
      const reply = await call(`GET /api/rankings/best-sellers?period=${period}&date=${today}&limit=100`)
      return reply.body.items
    }),
  )
}

const flush = () => forgetKeys('ranking-service:')

beforeAll(async () => {
  await round(100)
  await drained(kafka)
})

test('boards that Redis has lost are equal to before once they are rebuilt, in all four periods', async () => {
  const before = await boards()
  for (const board of before) expect(board.length).toBeGreaterThan(0)

  expect(await flush()).toBeGreaterThan(0)
  expect(await boards()).toEqual([[], [], [], []])

  const rebuilt = await tool('ranking', 'rebuild')
  expect(rebuilt.code, rebuilt.output).toBe(0)
  expect(await boards()).toEqual(before)
}, 120_000)

test('orders that are confirmed between the loss and the end of the rebuild are counted once', async () => {
  const begun = new Date()
  const before = await soldOf(products)
  const rebuilt = Promise.withResolvers<void>()
  const shopping = startShopping({ orders: 100, clients: 8, users: 20, until: rebuilt.promise })
  await flush()
  const { code, output } = await tool('ranking', 'rebuild').finally(rebuilt.resolve)
  expect(code, output).toBe(0)
  await shopping.over
  await drained(kafka)

  const units = unitsOf(shopping.purchases)
  const expected = new Map(products.map((product) => [product, before.get(product)! + (units.get(product) ?? 0)]))
  expect(await soldOf(products)).toEqual(expected)
  const compared = await reconciled(begun)
  expect(compared.code, compared.output).toBe(0)
}, 120_000)
