import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boardOf, dayAt } from '../src/calendar.ts'
import { createTestbed, ranking, type Testbed, timeZone } from './testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await createTestbed()
})
beforeEach(() => bed.clear())

const DAY_MS = 86_400_000
const board = (period: 'daily' | 'weekly' | 'monthly' | 'all', at: number) =>
  `{ranking}:0:${boardOf(period, dayAt(at, timeZone)).name}`
const member = (product: number) => String(product).padStart(16, '0')

describe('boards', () => {
  it.each([
    ['daily', 'daily-board'],
    ['weekly', 'weekly-board'],
    ['monthly', 'monthly-board'],
    ['all', 'all-time-board'],
  ] as const)('that say too much or too little are found: %s', async (period, kind) => {
    const { confirmedAt } = await bed.hands.whole({ items: [[7, 3, 100]] })
    await bed.redis.zincrby(board(period, confirmedAt), -2, member(7))
    await bed.redis.zincrby(board(period, confirmedAt), -1, member(8))
    const name = boardOf(period, dayAt(confirmedAt, timeZone)).name
    expect(await bed.found()).toEqual({
      [kind]: [
        `board ${name}, product 7: the board says 5, its orders sold 3`,
        `board ${name}, product 8: the board says 1, its orders sold 0`,
      ],
    })
  })

  it('hold what was confirmed on other days and placed before or after the span', async () => {
    const { hands } = bed
    const now = Date.now()
    for (const days of [0, 1, 2, 8, 33, 70]) await hands.whole({ placedAt: now - days * DAY_MS - 600_000 })
    const span = { from: now - 1.5 * DAY_MS, to: now - 0.5 * DAY_MS }
    const report = await bed.run({ span })
    expect(report.findings).toEqual([])
    expect(report.counts).toMatchObject({ placed: 1, counted: 1 })
    expect(report.boards.compared).toContain('all')
    expect(report.boards.compared.filter((name) => name.startsWith('daily:')).length).toBeGreaterThan(0)
  })

  it('are missed where Redis has lost them, and so are the orders', async () => {
    await bed.hands.whole()
    const keys = await bed.redis.keys(`${bed.keyPrefix}*`)
    await bed.redis.del(keys.map((key) => key.slice(bed.keyPrefix.length)))
    expect(Object.keys(await bed.found())).toEqual(['not-counted'])
  })

  it('that count an order which nobody confirmed are found, with the order', async () => {
    await bed.hands.whole()
    const phantom = bed.hands.story({ items: [[77, 1, 1]] })
    await bed.hands.counted(phantom)
    const found = await bed.found()
    expect(found['counted-unconfirmed']).toEqual([expect.stringContaining(`order ${phantom.orderId}: counted on `)])
    expect(found['daily-board']).toEqual([expect.stringContaining('product 77: the board says 1, its orders sold 0')])
    expect(Object.keys(found).sort()).toEqual([
      ...['all-time-board', 'counted-unconfirmed', 'daily-board', 'monthly-board', 'weekly-board'],
    ])
  })

  it('of a rebuild are those that are looked at', async () => {
    const story = await bed.hands.whole()
    const generation = randomUUID()
    await bed.hands.counted(story, generation)
    await bed.redis.set('{ranking}:live', generation)
    await bed.redis.del(`{ranking}:0:seen:${dayAt(story.confirmedAt, timeZone)}`, board('all', story.confirmedAt))
    expect(await bed.found()).toEqual({})
  })

  it('and orders of days that are forgotten are not checked, and the report says so', async () => {
    const { hands } = bed
    const story = await hands.whole({ placedAt: Date.now() - 40 * DAY_MS })
    await bed.redis.del(`{ranking}:0:seen:${dayAt(story.confirmedAt, timeZone)}`)
    const report = await bed.run({ span: { from: 0 } })
    expect(report).toMatchObject({ differences: 0, counts: { countForgotten: 1 }, boards: { forgottenDays: 1 } })
    expect(report.equations.map(({ holds }) => holds)).toEqual([true, true, true, true])
  })

  it('that are deleted for their age are not checked, and the report says so', async () => {
    const story = await bed.hands.whole({ placedAt: Date.now() - 3 * DAY_MS })
    await bed.redis.del(board('daily', story.confirmedAt))
    const ages = { ...ranking.ages, daily: 1 }
    const report = await bed.run({ span: { from: story.placedAt - 1 }, ranking: { ...ranking, ages } })
    expect(report.findings).toEqual([])
    expect(report.boards.expired).toContain(`daily:${dayAt(story.confirmedAt, timeZone)}`)
  })
})

describe('while orders come in', () => {
  it('no difference is found that is not there', async () => {
    let placing = true
    let placed = 0
    const customers = Array.from({ length: 4 }, async () => {
      while (placing) {
        await bed.hands.whole({ placedAt: Date.now(), confirmedAt: Date.now() })
        placed += 1
      }
    })
    try {
      for (let run = 0; run < 5; run += 1) {
        const before = placed
        // Without grace all differences of the moment would be told, were they not looked at again.
        const report = await bed.run({ graceMs: run % 2 === 0 ? 60_000 : 30_000 })
        expect(report.findings).toEqual([])
        expect(report.counts.placed).toBeGreaterThanOrEqual(before)
      }
    } finally {
      placing = false
      await Promise.all(customers)
    }
  })
})
