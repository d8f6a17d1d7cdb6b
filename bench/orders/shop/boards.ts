import { Redis } from 'ioredis'
import { atEnd } from '../../measure/endings.ts'
import type { Shop } from './shop.ts'

const ZONE = 'Asia/Seoul'
const DAY_MS = 86_400_000
/** The boards that are there before the first rebuild. */
const GENERATION = '{ranking}:0'

/** What ranking-service has counted, read past it: asking the service would be work for it. */
export interface Boards {
  /** Those of these orders that have been counted, today or yesterday. */
  counted(orderIds: string[]): Promise<string[]>
  /** How many orders have been counted, today or yesterday. */
  count(): Promise<number>
  close(): Promise<void>
}

export function openBoards(redisUrl: string, prefix: string): Boards {
  const redis = new Redis(redisUrl)
  const keys = () => {
    const now = Date.now()
    return [now, now - DAY_MS].map((at) => `${prefix}${GENERATION}:seen:${dayAt(at)}`)
  }
  return {
    async counted(orderIds) {
      const seen = await Promise.all(keys().map((key) => redis.smismember(key, ...orderIds)))
      return orderIds.filter((_, i) => seen.some((inSet) => inSet[i] === 1))
    },
    async count() {
      const sizes = await Promise.all(keys().map((key) => redis.scard(key)))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    close: atEnd(async () => redis.disconnect()),
  }
}

const dayAt = (epochMs: number) =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(ZONE).toPlainDate().toString()

/** Units of each product on the board of all time, as the service tells it. */
export async function unitsOnBoard(shop: Shop): Promise<Map<number, number>> {
  const { url } = shop.service('ranking-service')
  const response = await fetch(`${url}/api/rankings/best-sellers?period=all&limit=100`)
  if (!response.ok) throw new Error(`no board: ${response.status} ${await response.text()}`)
  const { items } = (await response.json()) as { items: { productId: number; quantity: number }[] }
  return new Map(items.map(({ productId, quantity }) => [productId, quantity]))
}
