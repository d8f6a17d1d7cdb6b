import { openBoards } from './boards.ts'
import type { Shop } from './shop.ts'
import { type Watch, watch } from './watch.ts'

/** Orders as they arrive in the tables of the data platform, committed, and on the boards. */
export interface Arrivals {
  stored: Watch
  counted: Watch
  close(): Promise<void>
}

/** Looks every so many milliseconds. */
export function watchArrivals({ arena }: Shop, everyMs: number): Arrivals {
  const facts = arena.databaseOf('data-platform-sink')
  const boards = openBoards(arena.servers.redisUrl, arena.prefix)
  const sql = 'select order_id from order_facts where order_id = any($1::uuid[])'
  const stored = watch(
    'in the data platform',
    async (orderIds) => {
      const { rows } = await facts.pool.query<{ order_id: string }>(sql, [orderIds])
      return rows.map((row) => row.order_id)
    },
    everyMs,
  )
  const counted = watch('on the boards', boards.counted, everyMs)
  return {
    stored,
    counted,
    async close() {
      await Promise.all([stored.close(), counted.close()])
      await boards.close()
    },
  }
}

/** Resolves once all these orders are stored and counted. */
export async function allArrived(shop: Shop, orderIds: Iterable<string>): Promise<void> {
  const arrivals = watchArrivals(shop, 5)
  try {
    for (const orderId of orderIds) {
      arrivals.stored.add(orderId)
      arrivals.counted.add(orderId)
    }
    await Promise.all([arrivals.stored.allSeen(), arrivals.counted.allSeen()])
  } finally {
    await arrivals.close()
  }
}
