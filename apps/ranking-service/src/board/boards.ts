import type { OrderConfirmed } from '@firstcome/events'
import type { Redis, Result } from 'ioredis'
import type { Period } from '../calendar/period.ts'
import { countScript } from './count-script.ts'
import { base, boardName, generationsLua, productOf } from './keys.ts'
import { type Ages, planCount } from './plan.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countOrders(base: string, ...args: (string | number)[]): Result<number, Context>
    bestOf(base: string, board: string, last: number): Result<string[], Context>
  }
}

export interface Ranked {
  /** From 1, without gaps. */
  rank: number
  productId: number
  /** Units sold. */
  quantity: number
}

export interface Counted {
  /** How many were new. */
  counted: number
  /** How many were confirmed so long ago that nobody remembers whether they were counted: they were not counted now. */
  forgotten: number
}

export interface Boards {
  /** Counts each order once, ever, in all its boards. */
  count(orders: OrderConfirmed[]): Promise<Counted>
  /** The same in the boards that a rebuild makes, and only there. @throws {RebuildOver} */
  countAgain(generation: string, orders: OrderConfirmed[]): Promise<number>
  /** The best `limit` products of the board that holds `date`. */
  best(period: Period, date: Temporal.PlainDate, limit: number): Promise<Ranked[]>
}

/** The boards that were to be made are not wanted any more: the rebuild stood still for too long, or another one began. */
export class RebuildOver extends Error {
  readonly code = 'REBUILD_OVER'
}

const DAY_MS = 86_400_000

const bestScript = `${generationsLua}
return redis.call('ZRANGE', base .. ':' .. live .. ':' .. ARGV[1], 0, ARGV[2], 'WITHSCORES')
`

export function createBoards(
  redis: Redis,
  settings: { timeZone: string; ages: Ages },
  now: () => number = Date.now,
): Boards {
  redis.defineCommand('countOrders', { lua: countScript, numberOfKeys: 1 })
  redis.defineCommand('bestOf', { lua: bestScript, numberOfKeys: 1, readOnly: true })
  const plan = (orders: OrderConfirmed[]) => planCount(orders, settings.timeZone, settings.ages)
  return {
    async count(orders) {
      // What was counted since then is remembered: a seen-set lives on for so long after the last order of its day was counted.
      const rememberedFrom = now() - settings.ages.seen * DAY_MS
      const remembered = orders.filter(({ confirmedAt }) => confirmedAt >= rememberedFrom)
      const forgotten = orders.length - remembered.length
      if (remembered.length === 0) return { counted: 0, forgotten }
      return { counted: await redis.countOrders(base, '', ...plan(remembered)), forgotten }
    },

    async countAgain(generation, orders) {
      const counted = await redis.countOrders(base, generation, ...plan(orders))
      if (counted < 0) throw new RebuildOver('This rebuild stood still for too long, or another one has begun')
      return counted
    },

    async best(period, date, limit) {
      const found = await redis.bestOf(base, boardName(period, date), limit - 1)
      return Array.from({ length: found.length / 2 }, (_, i) => ({
        rank: i + 1,
        productId: productOf(found[2 * i]!),
        quantity: -Number(found[2 * i + 1]),
      }))
    },
  }
}
