import type { Knex } from 'knex'
import type { CouponPolicy } from './policy.ts'

/** The policy as it is, and nobody changes it or decides upon it until the transaction ends. */
export async function lockPolicy(trx: Knex.Transaction, id: number): Promise<CouponPolicy | undefined> {
  const result = await trx.raw<{ rows: CouponPolicy[] }>(LOCK, { id })
  return result.rows[0]
}

/** Epoch milliseconds of a timestamp column. */
const ms = (column: string) => `cast(round(extract(epoch FROM ${column}) * 1000) AS bigint)`

const LOCK = `
SELECT id, name, total_quantity AS "totalQuantity", issued, ${ms('opens_at')} AS "opensAt", ${ms('closes_at')} AS "closesAt",
       ordering, ${ms('created_at')} AS "createdAt", ${ms('changed_at')} AS "changedAt"
  FROM coupon_policies WHERE id = :id FOR NO KEY UPDATE`
