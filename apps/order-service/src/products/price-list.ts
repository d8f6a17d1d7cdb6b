import type { Knex } from 'knex'

export interface Product {
  productId: number
  name: string
  /** Of one unit, in minor units of the currency. */
  price: number
}

/** Prices of these products, one unit in minor units, in one round trip. A product the shop does not have is absent. */
export async function pricesOf(db: Knex, productIds: number[]): Promise<Map<number, number>> {
  const { rows } = await db.raw<{ rows: { id: number; price: number }[] }>(
    'select id, price from products where id = any(?::bigint[])',
    [productIds],
  )
  return new Map(rows.map(({ id, price }) => [id, price]))
}

/** Products in the order of their ids, from the one after `after` on. */
export async function productsAfter(db: Knex, after: number, limit: number): Promise<Product[]> {
  const { rows } = await db.raw<{ rows: Product[] }>(
    'select id as "productId", name, price from products where id > ? order by id limit ?',
    [after, limit],
  )
  return rows
}

/** Sets name and price of a product. Returns whether it is new to the shop. Orders keep the price they were placed at. */
export async function saveProduct(db: Knex, { productId, name, price }: Product): Promise<boolean> {
  const { rows } = await db.raw<{ rows: [{ created: boolean }] }>(
    // A row that was inserted has never been locked by an update: Postgres has written no xmax.
    `insert into products (id, name, price) values (:productId, :name, :price)
         on conflict (id) do update set name = excluded.name, price = excluded.price
     returning xmax = 0 as created`,
    { productId, name, price },
  )
  return rows[0].created
}
