import type { Database } from '../../arena/database.ts'
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
  const boards = openBoards(arena.servers.redisUrl, arena.prefix)
  const facts = arena.databaseOf('data-platform-sink')
  const stored = watch('in the data platform', inTable(facts, 'order_facts'), everyMs)
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

/** Resolves once all these orders can be paid. */
export async function allPayable({ arena }: Shop, orderIds: string[]): Promise<void> {
  const payable = watch('at payment-api', inTable(arena.databaseOf('payment-api'), 'payable_orders'), 10)
  try {
    for (const orderId of orderIds) payable.add(orderId)
    await payable.allSeen()
  } finally {
    await payable.close()
  }
}

const inTable =
  ({ pool }: Database, table: string) =>
  async (orderIds: string[]): Promise<string[]> => {
    const sql = `SELECT order_id FROM ${table} WHERE order_id = ANY($1::uuid[])`
    const { rows } = await pool.query<{ order_id: string }>(sql, [orderIds])
    return rows.map((row) => row.order_id)
  }
