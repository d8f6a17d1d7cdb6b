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

export interface Boards {
  /** Counts each order once, ever, in all its boards; resolves to how many were new. */
  count(orders: OrderConfirmed[]): Promise<number>
  /** The same in the boards that a rebuild makes, and only there. @throws {RebuildOver} */
  countAgain(generation: string, orders: OrderConfirmed[]): Promise<number>
  /** The best `limit` products of the board that holds `date`. */
  best(period: Period, date: Temporal.PlainDate, limit: number): Promise<Ranked[]>
}

/** The boards that were to be made are not wanted any more: the rebuild stood still for too long, or another one began. */
export class RebuildOver extends Error {
  readonly code = 'REBUILD_OVER'
}

const bestScript = `${generationsLua}
return redis.call('ZRANGE', base .. ':' .. live .. ':' .. ARGV[1], 0, ARGV[2], 'WITHSCORES')
`

export function createBoards(redis: Redis, settings: { timeZone: string; ages: Ages }): Boards {
  redis.defineCommand('countOrders', { lua: countScript, numberOfKeys: 1 })
  redis.defineCommand('bestOf', { lua: bestScript, numberOfKeys: 1, readOnly: true })
  const plan = (orders: OrderConfirmed[]) => planCount(orders, settings.timeZone, settings.ages)
  return {
    count: (orders) => redis.countOrders(base, '', ...plan(orders)),

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
