import type { Knex } from 'knex'

/** Prices of these products, one unit in minor units, in one round trip. A product the shop does not have is absent. */
export async function pricesOf(db: Knex, productIds: number[]): Promise<Map<number, number>> {
  const { rows } = await db.raw<{ rows: { id: number; price: number }[] }>(
    'select id, price from products where id = any(?::bigint[])',
    [productIds],
  )
  return new Map(rows.map(({ id, price }) => [id, price]))
}
