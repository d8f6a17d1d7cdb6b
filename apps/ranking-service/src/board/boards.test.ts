import { connectRedis } from '@firstcome/stores/redis'
import { testPrefix, testStack } from '@firstcome/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Boards, createBoards } from './boards.ts'
import { boardName, firstGeneration, keyOf, seenName } from './keys.ts'
import { confirmedOrder } from './order-confirmed.fixture.ts'

const ages = { daily: 100, weekly: 200, monthly: 400, seen: 30 }
const today = Temporal.Now.plainDateISO('Asia/Seoul')
const noon = today.toZonedDateTime({ timeZone: 'Asia/Seoul', plainTime: '12:00' }).epochMilliseconds

const prefix = testPrefix()
// Nothing here is about a Redis that is away: one that stands still for some seconds is waited for.
const store = connectRedis({ url: testStack().redisUrl, keyPrefix: prefix, timeoutMs: 60_000 })
let boards: Boards

beforeAll(() => store.start())
beforeEach(async () => {
  const keys = await store.redis.keys(`${prefix}*`)
  if (keys.length > 0) await store.redis.del(keys.map((key) => key.slice(prefix.length)))
  boards = createBoards(store.redis, { timeZone: 'Asia/Seoul', ages })
})
afterAll(() => store.close())

const bought = (...items: [productId: number, quantity: number][]) => confirmedOrder({ items, confirmedAt: noon })
const daily = (limit = 10) => boards.best('daily', today, limit)

describe('counting orders', () => {
  it('adds the units of each product to the boards of its day, week, month and of all time', async () => {
    expect(await boards.count([bought([7, 2], [8, 1]), bought([7, 3])])).toEqual({ counted: 2, forgotten: 0 })
    for (const period of ['daily', 'weekly', 'monthly', 'all'] as const) {
      expect(await boards.best(period, today, 10)).toEqual([
        { rank: 1, productId: 7, quantity: 5 },
        { rank: 2, productId: 8, quantity: 1 },
      ])
    }
  })

  it('counts an order once, whether it comes again in one batch, in the next, or in a batch with new ones', async () => {
    const order = bought([7, 2])
    expect(await boards.count([order, order])).toMatchObject({ counted: 1 })
    expect(await boards.count([order])).toMatchObject({ counted: 0 })
    expect(await boards.count([order, bought([7, 1])])).toMatchObject({ counted: 1 })
    expect(await daily()).toEqual([{ rank: 1, productId: 7, quantity: 3 }])
  })

  it('leaves an order to a rebuild that is too old to know whether it was counted', async () => {
    const days = (n: number) => Date.now() - n * 86_400_000
    const [old, young] = [days(30) - 1, days(30) + 60_000].map((confirmedAt) => confirmedOrder({ confirmedAt }))
    expect(await boards.count([old!, young!])).toEqual({ counted: 1, forgotten: 1 })
    expect(await boards.count([old!])).toEqual({ counted: 0, forgotten: 1 })
    expect(await boards.best('all', today, 10)).toEqual([{ rank: 1, productId: 1, quantity: 1 }])
  })

  it('counts an order once when several replicas are handed it at the same moment', async () => {
    const orders = Array.from({ length: 50 }, () => bought([1, 1]))
    const counted = await Promise.all(Array.from({ length: 10 }, () => boards.count(orders)))
    expect(counted.reduce((sum, { counted }) => sum + counted, 0)).toBe(50)
    expect(await daily()).toEqual([{ rank: 1, productId: 1, quantity: 50 }])
  })

  it('puts the last millisecond before midnight in Seoul and the first after it on different days', async () => {
    const midnight = today.toZonedDateTime('Asia/Seoul').epochMilliseconds
    await boards.count([
      confirmedOrder({ items: [[1, 1]], confirmedAt: midnight - 1 }),
      confirmedOrder({ items: [[2, 1]], confirmedAt: midnight }),
    ])
    expect((await boards.best('daily', today.subtract({ days: 1 }), 10)).map((item) => item.productId)).toEqual([1])
    expect((await boards.best('daily', today, 10)).map((item) => item.productId)).toEqual([2])
  })

  it('lets boards of days expire, remembers counted orders for a while, and keeps the board of all time', async () => {
    // Today may end while this goes on, tomorrow does not.
    const tomorrow = today.add({ days: 1 })
    await boards.count([confirmedOrder({ confirmedAt: noon + 86_400_000 })])
    const ttl = (name: string) => store.redis.ttl(keyOf(firstGeneration, name))
    const days = (n: number) => n * 86_400
    expect(await ttl(boardName('all', tomorrow))).toBe(-1)
    expect(await ttl(boardName('daily', tomorrow))).toBeGreaterThan(days(100))
    expect(await ttl(boardName('daily', tomorrow))).toBeLessThanOrEqual(days(102))
    expect(await ttl(boardName('weekly', tomorrow))).toBeGreaterThan(days(200))
    expect(await ttl(boardName('monthly', tomorrow))).toBeGreaterThan(days(400))
    expect(await ttl(seenName(tomorrow))).toBeGreaterThan(days(30) - 60)
  })
})

describe('the board', () => {
  it('ranks equals by the smaller product id, however many digits it has', async () => {
    await boards.count([bought([100, 5], [20, 5], [3, 5], [Number.MAX_SAFE_INTEGER, 5], [9, 6])])
    expect((await daily()).map((item) => item.productId)).toEqual([9, 3, 20, 100, Number.MAX_SAFE_INTEGER])
  })

  it('cuts a tie at the last rank in the same place, whatever the limit', async () => {
    await boards.count([bought([100, 5], [20, 5], [3, 5], [9, 6])])
    expect((await daily(2)).map((item) => item.productId)).toEqual([9, 3])
    expect((await daily(3)).map((item) => item.productId)).toEqual([9, 3, 20])
  })

  it('is empty for a day on which nothing was sold', async () => {
    expect(await boards.best('daily', today.add({ days: 1 }), 10)).toEqual([])
  })
})
