import type { Database } from '../../arena/database.ts'

/** A policy that is open; its id is the next free one. */
export async function insertPolicy({ one }: Database, totalQuantity: number): Promise<number> {
  const { id } = await one<{ id: string }>(
    `INSERT INTO coupon_policies (name, total_quantity, created_at, changed_at) VALUES ('Bench', $1, now(), now()) RETURNING id`,
    [totalQuantity],
  )
  return Number(id)
}
