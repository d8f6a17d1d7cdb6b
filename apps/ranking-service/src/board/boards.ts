import type { OrderConfirmed } from '@firstcome/events'
import type { Redis, Result } from 'ioredis'
import type { Period } from '../calendar/period.ts'
import { countScript } from './count-script.ts'
import { boardKey, productOf } from './keys.ts'
import { type Ages, planCount } from './plan.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countOrders(keys: number, ...keysAndArguments: (string | number)[]): Result<number, Context>
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
  /** The best `limit` products of the board that holds `date`. */
  best(period: Period, date: Temporal.PlainDate, limit: number): Promise<Ranked[]>
}

export function createBoards(redis: Redis, settings: { timeZone: string; ages: Ages }): Boards {
  redis.defineCommand('countOrders', { lua: countScript })
  return {
    async count(orders) {
      const { keys, args } = planCount(orders, settings.timeZone, settings.ages)
      return redis.countOrders(keys.length, ...keys, ...args)
    },

    async best(period, date, limit) {
      const found = await redis.zrange(boardKey(period, date), 0, String(limit - 1), 'WITHSCORES')
      return Array.from({ length: found.length / 2 }, (_, i) => ({
        rank: i + 1,
        productId: productOf(found[2 * i]!),
        quantity: -Number(found[2 * i + 1]),
      }))
    },
  }
}
