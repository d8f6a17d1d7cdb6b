import type { Knex } from 'knex'
import type { NewPolicy } from './new-policy.ts'
import type { CouponPolicy } from './policy.ts'

/** Stores a new policy; its id is the next free one, from 1 on. `now` is epoch milliseconds. */
export async function insertPolicy(trx: Knex, policy: NewPolicy, now: number): Promise<CouponPolicy> {
  const { name, totalQuantity, opensAt = null, closesAt = null, ordering } = policy
  const result = await trx.raw<{ rows: [{ id: number }] }>(INSERT, {
    name,
    totalQuantity,
    opensAt,
    closesAt,
    ordering,
    now,
  })
  const { id } = result.rows[0]
  return { id, name, totalQuantity, issued: 0, opensAt, closesAt, ordering, createdAt: now, changedAt: now }
}

const time = (name: string) => `to_timestamp(cast(:${name} AS double precision) / 1000)`

const INSERT = `
INSERT INTO coupon_policies (name, total_quantity, opens_at, closes_at, ordering, created_at, changed_at)
VALUES (:name, cast(:totalQuantity AS bigint), ${time('opensAt')}, ${time('closesAt')}, :ordering, ${time('now')}, ${time('now')})
RETURNING id`
