import type { Knex } from 'knex'
import { itemsText, ms, type Page, pageBindings, rows, type Span } from './sql.ts'

/** What order-service has written down. All that this tool knows of its tables is in this file. */
export interface Order {
  orderId: string
  userId: number
  status: 'PENDING_PAYMENT' | 'CONFIRMED' | 'REJECTED'
  /** Minor units. */
  amount: number
  /** Epoch milliseconds. */
  placedAt: number
  /** The payment that confirmed it. */
  paymentId: string | null
  settledAt: number | null
}

/** Money that went back, as order-service has heard of it. */
export interface Refund {
  orderId: string
  paymentId: string
  amount: number
}

/** A confirmed order and what was sold with it. */
export interface Sale {
  orderId: string
  confirmedAt: number
  items: string
}

const ORDER = `select id as "orderId", user_id as "userId", status, total_amount as amount, ${ms('placed_at')} as "placedAt",
       payment_id as "paymentId", ${ms('settled_at')} as "settledAt" from orders`

export const ordersPage = (db: Knex, page: Page) =>
  rows<Order>(
    db,
    `${ORDER} where placed_at >= :from and placed_at < :to and id > :after order by id limit :size`,
    pageBindings(page),
  )

export const ordersOf = (db: Knex, ids: string[]) =>
  rows<Order>(db, `${ORDER} where id = any(cast(:ids as uuid[]))`, { ids })

/** Items as text, by order. */
export async function itemsOf(db: Knex, ids: string[]): Promise<Map<string, string>> {
  const found = await rows<{ id: string; items: string }>(
    db,
    `select order_id as id, ${itemsText} as items from order_items where order_id = any(cast(:ids as uuid[])) group by order_id`,
    { ids },
  )
  return new Map(found.map(({ id, items }) => [id, items]))
}

export const refundsOf = (db: Knex, ids: string[]) =>
  rows<Refund>(
    db,
    `select order_id as "orderId", payment_id as "paymentId", amount from refunds where order_id = any(cast(:ids as uuid[]))
      order by payment_id`,
    { ids },
  )

/** Refunds of orders that order-service does not have: these have no time of their own but that of the refund. */
export const strayRefundsPage = (db: Knex, page: Page) =>
  rows<{ orderId: string }>(
    db,
    `select distinct order_id as "orderId" from refunds r where refunded_at >= :from and refunded_at < :to and order_id > :after
        and not exists (select from orders where id = r.order_id) order by order_id limit :size`,
    pageBindings(page),
  )

const SALE = `select id as "orderId", ${ms('settled_at')} as "confirmedAt", (
         select ${itemsText} from order_items where order_id = orders.id) as items
    from orders where status = 'CONFIRMED'`

/** Orders that were confirmed in `confirmed`, by the page's ids; those placed in the page's span are left out. */
export const salesPlacedElsewhere = (db: Knex, confirmed: Span, page: Page) =>
  rows<Sale>(
    db,
    `${SALE} and settled_at >= :first and settled_at < :last and not (placed_at >= :from and placed_at < :to) and id > :after
      order by id limit :size`,
    { ...pageBindings(page), first: new Date(confirmed.from), last: new Date(confirmed.to) },
  )

/**
 * Orders that were confirmed since, epoch milliseconds. `placedSince` spares reading the whole table: order-service makes ids that
 * begin with the time (UUIDv7).
 */
export const salesSince = (db: Knex, since: number, placedSince = 0) =>
  rows<Sale>(db, `${SALE} and settled_at >= :since and id >= :first`, {
    since: new Date(since),
    first: `${placedSince
      .toString(16)
      .padStart(12, '0')
      .replace(/(.{8})/, '$1-')}-0000-0000-000000000000`,
  })

/** Those of the ids that are orders confirmed in `confirmed`. */
export async function confirmedAmong(db: Knex, ids: string[], confirmed: Span): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    db,
    `select id from orders where id = any(cast(:ids as uuid[])) and status = 'CONFIRMED' and settled_at >= :from and settled_at < :to`,
    { ids, from: new Date(confirmed.from), to: new Date(confirmed.to) },
  )
  return new Set(found.map(({ id }) => id))
}

export interface Sold {
  /** Number of the threshold that the time of confirmation has reached, from 1; 0 for before the first. */
  bucket: number
  productId: number
  quantity: number
}

/** What all confirmed orders sold, but for those confirmed in one of the `except`ed spans. `thresholds`: epoch milliseconds, growing. */
export function soldOutside(db: Knex, except: Span[], thresholds: number[]): Promise<Sold[]> {
  const dates = (times: number[]) => times.map((time) => new Date(time).toISOString())
  return rows<Sold>(
    db,
    `select width_bucket(settled_at, cast(:thresholds as timestamptz[])) as bucket, product_id as "productId",
            cast(sum(quantity) as bigint) as quantity
       from orders join order_items on order_id = id
      where status = 'CONFIRMED' and not exists (
              select from unnest(cast(:from as timestamptz[]), cast(:to as timestamptz[])) as excepted (first, last)
               where settled_at >= first and settled_at < last)
      group by 1, 2`,
    {
      thresholds: dates(thresholds),
      from: dates(except.map(({ from }) => from)),
      to: dates(except.map(({ to }) => to)),
    },
  )
}

/** The clock that all of this goes by, epoch milliseconds. */
export async function clock(db: Knex): Promise<number> {
  const [row] = await rows<{ now: number }>(db, `select ${ms('clock_timestamp()')} as now`, {})
  return row!.now
}
