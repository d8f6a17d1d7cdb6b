import { Redis } from 'ioredis'
import { atEnd } from '../../measure/endings.ts'
import type { Shop } from './shop.ts'

const ZONE = 'Asia/Seoul'
const DAY_MS = 86_400_000
/** The boards that are there before the first rebuild. */
const GENERATION = '{ranking}:0'

export const dayAt = (epochMs: number) =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(ZONE).toPlainDate()

/** Keys below a prefix, named as ranking-service names them. */
export const boardKeys = (prefix: string) => ({
  seen: (epochMs: number) => `${prefix}${GENERATION}:seen:${dayAt(epochMs)}`,
  board: (name: string) => `${prefix}${GENERATION}:${name}`,
})

/** What ranking-service has counted, read past it: asking the service would be work for it. */
export interface Boards {
  /** Those of these orders that have been counted, today or yesterday. */
  counted(orderIds: string[]): Promise<string[]>
  /** How many orders have been counted, today or yesterday. */
  count(): Promise<number>
  /** Units of each product on the board of all time. */
  units(): Promise<Map<number, number>>
  close(): Promise<void>
}

export function openBoards(redisUrl: string, prefix: string): Boards {
  const redis = new Redis(redisUrl)
  const keys = boardKeys(prefix)
  const seen = () => {
    const now = Date.now()
    return [keys.seen(now), keys.seen(now - DAY_MS)]
  }
  return {
    async counted(orderIds) {
      const sets = await Promise.all(seen().map((key) => redis.smismember(key, ...orderIds)))
      return orderIds.filter((_, i) => sets.some((inSet) => inSet[i] === 1))
    },
    async count() {
      const sizes = await Promise.all(seen().map((key) => redis.scard(key)))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    async units() {
      const flat = await redis.zrange(keys.board('all'), '0', '-1', 'WITHSCORES')
      const pairs = Array.from({ length: flat.length / 2 }, (_, i) => flat.slice(2 * i, 2 * i + 2))
      // Scores are negative, for the most sold to come first.
      return new Map(pairs.map(([productId, score]) => [Number(productId), -Number(score)]))
    },
    close: atEnd(async () => redis.disconnect()),
  }
}

/** Units of each product on the board of all time, as the service tells it. */
export async function unitsOnBoard(shop: Shop): Promise<Map<number, number>> {
  const { url } = shop.service('ranking-service')
  const response = await fetch(`${url}/api/rankings/best-sellers?period=all&limit=100`)
  if (!response.ok) throw new Error(`no board: ${response.status} ${await response.text()}`)
  const { items } = (await response.json()) as { items: { productId: number; quantity: number }[] }
  return new Map(items.map(({ productId, quantity }) => [productId, quantity]))
}
