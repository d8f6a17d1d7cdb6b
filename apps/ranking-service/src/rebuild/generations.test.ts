import { connectRedis } from '@firstcome/stores/redis'
import { testPrefix, testStack } from '@firstcome/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Boards, createBoards, RebuildOver } from '../board/boards.ts'
import { base } from '../board/keys.ts'
import { confirmedOrder } from '../board/order-confirmed.fixture.ts'
import { createGenerations, type Generations } from './generations.ts'

// Such a prefix is a pattern, and must not be one.
const prefix = `${testPrefix()}[a-z]*?`
// Nothing here is about a Redis that is away: one that stands still for some seconds is waited for.
const store = connectRedis({ url: testStack().redisUrl, keyPrefix: prefix, timeoutMs: 60_000 })
const day = Temporal.PlainDate.from('2999-03-02')
const confirmedAt = day.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds
const sold = (productId: number) => confirmedOrder({ items: [[productId, 1]], confirmedAt })
let boards: Boards
let generations: Generations

beforeAll(() => store.start())
beforeEach(async () => {
  generations = createGenerations(store.redis)
  await store.redis.del(`${base}:live`, `${base}:building`)
  for (const left of [...(await generations.leftBehind()), '0']) await generations.drop(left)
  boards = createBoards(store.redis, { timeZone: 'UTC', ages: { daily: 9, weekly: 9, monthly: 9, seen: 9 } })
})
afterAll(() => store.close())

const shown = async () => (await boards.best('daily', day, 10)).map(({ productId }) => productId)

it('shows the old boards until the new ones take their place, with all that came meanwhile', async () => {
  const [old, late] = [sold(1), sold(2)]
  await boards.count([old])
  expect(await generations.begin('g')).toBe(true)
  await boards.count([late])
  expect(await shown()).toEqual([1, 2])

  expect(await boards.countAgain('g', [old, late])).toBe(1) // the late one has been counted there as it came
  expect(await shown()).toEqual([1, 2])
  expect(await generations.show('g')).toBe('0')
  expect(await shown()).toEqual([1, 2])
  await generations.drop('0')
  expect(await shown()).toEqual([1, 2])
  expect(await boards.count([old, late])).toEqual({ counted: 0, forgotten: 0 })
})

it('lets one rebuild at a time begin, and another one once that is shown or given up', async () => {
  expect(await generations.begin('g')).toBe(true)
  expect(await generations.begin('h')).toBe(false)
  await generations.abandon('h')
  expect(await generations.begin('h')).toBe(false)
  await generations.abandon('g')
  expect(await generations.begin('h')).toBe(true)
  await generations.show('h')
  expect(await generations.begin('i')).toBe(true)
})

it('ends by itself where it does not go on, and then neither counts nor is shown', async () => {
  await boards.count([sold(1)])
  await generations.begin('g')
  expect(await store.redis.ttl(`${base}:building`)).toBeGreaterThan(50)
  await store.redis.del(`${base}:building`) // the minute is over

  await expect(boards.countAgain('g', [sold(2)])).rejects.toThrow(RebuildOver)
  expect(await generations.show('g')).toBeUndefined()
  expect(await shown()).toEqual([1])
})

it('finds what rebuilds that died have left behind, and drops nothing else', async () => {
  await boards.count([sold(1)])
  await generations.begin('dead')
  await boards.countAgain('dead', [sold(2)])
  await store.redis.del(`${base}:building`)
  await generations.begin('g')
  await boards.countAgain('g', [sold(3)])

  expect(await generations.leftBehind()).toEqual(['dead'])
  expect(await generations.drop('dead')).toBe(5) // four boards and a seen-set
  expect(await generations.leftBehind()).toEqual([])
  await generations.show('g')
  expect(await shown()).toEqual([3])
  expect(await generations.leftBehind()).toEqual(['0'])
})
