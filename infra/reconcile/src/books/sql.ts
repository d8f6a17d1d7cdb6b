import type { Knex } from 'knex'

/** Epoch milliseconds; the driver's own dates cost more than all the rest of a row. */
export const ms = (column: string) => `cast(round(extract(epoch from ${column}) * 1000) as bigint)`

/** Smaller than every id that is in use. */
export const NO_ID = '00000000-0000-0000-0000-000000000000'

/** By the time an order was placed, epoch milliseconds; `to` is not included. */
export interface Span {
  from: number
  to: number
}

/** A keyset page: rows of the span whose order comes after `after`, in the order of their ids. */
export interface Page extends Span {
  after: string
  size: number
}

export const pageBindings = ({ from, to, after, size }: Page) => ({
  from: new Date(from),
  to: new Date(to),
  after,
  size,
})

export async function rows<Row>(db: Knex, sql: string, bindings: Record<string, Knex.Value>): Promise<Row[]> {
  const answer = await db.raw<{ rows: Row[] }>(sql, bindings)
  return answer.rows
}

/** As one text that is the same whenever the items are: `product x quantity @ unit price`, by product. */
export const itemsText = `string_agg(product_id || 'x' || quantity || '@' || unit_price, ' ' order by product_id, quantity, unit_price)`
