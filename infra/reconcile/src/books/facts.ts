import type { Knex } from 'knex'
import { itemsText, ms, type Page, pageBindings, rows } from './sql.ts'

/** What data-platform-sink has stored of an order. All that this tool knows of its tables is in this file. */
export interface Fact {
  orderId: string
  userId: number
  paymentId: string
  /** Minor units. */
  amount: number
  /** Epoch milliseconds. */
  placedAt: number
  confirmedAt: number
}

const FACT = `select order_id as "orderId", user_id as "userId", payment_id as "paymentId", total_amount as amount,
       ${ms('placed_at')} as "placedAt", ${ms('confirmed_at')} as "confirmedAt" from order_facts`

/** With ties: nothing here keeps an order from being stored twice, and a page must not end between the two. */
export const factsPage = (db: Knex, page: Page) =>
  rows<Fact>(
    db,
    `${FACT} where placed_at >= :from and placed_at < :to and order_id > :after
      order by order_id fetch first :size rows with ties`,
    pageBindings(page),
  )

export const factsOf = (db: Knex, ids: string[]) =>
  rows<Fact>(db, `${FACT} where order_id = any(cast(:ids as uuid[]))`, { ids })

/** Items as text, by order. */
export async function factItemsOf(db: Knex, ids: string[]): Promise<Map<string, string>> {
  const found = await rows<{ id: string; items: string }>(
    db,
    `select order_id as id, ${itemsText} as items from order_item_facts where order_id = any(cast(:ids as uuid[])) group by order_id`,
    { ids },
  )
  return new Map(found.map(({ id, items }) => [id, items]))
}
