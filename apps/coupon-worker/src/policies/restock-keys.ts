import { Problem } from '@firstcome/service'
import type { Knex } from 'knex'
import type { PresentedPolicy } from './present-policy.ts'

export const restockKeyReused = 'This Idempotency-Key came with another restock before.'

/** A restock that can be repeated. A key belongs to one administrator. */
export interface KeyedRestock {
  adminId: number
  key: string
  policyId: number
  add: number
}

/**
 * Takes the key, or tells what was answered to it. A second request with the same key that comes while the first is at
 * work waits here for its end; where the first fails, its key is free again. `now` is epoch milliseconds.
 *
 * @throws {Problem} 422 where the key came with another restock before
 */
export async function takeKey(
  trx: Knex.Transaction,
  restock: KeyedRestock,
  now: number,
): Promise<PresentedPolicy | undefined> {
  const { adminId, key, policyId, add } = restock
  const taken = await trx.raw<{ rowCount: number }>(
    `INSERT INTO restock_keys (admin_id, key, policy_id, added, at)
     VALUES (:adminId, :key, :policyId, :add, to_timestamp(cast(:now AS double precision) / 1000))
         ON CONFLICT DO NOTHING`,
    { adminId, key, policyId, add, now },
  )
  if (taken.rowCount === 1) return undefined

  const { rows } = await trx.raw<{ rows: [{ policyId: number; add: number; answer: PresentedPolicy }] }>(
    'SELECT policy_id AS "policyId", added AS add, answer FROM restock_keys WHERE admin_id = :adminId AND key = :key',
    { adminId, key },
  )
  const before = rows[0]
  if (before.policyId !== policyId || before.add !== add) {
    throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', restockKeyReused)
  }
  return before.answer
}

/** In the transaction that makes the answer true. */
export async function keepAnswer(
  trx: Knex.Transaction,
  { adminId, key }: KeyedRestock,
  answer: PresentedPolicy,
): Promise<void> {
  await trx.raw('UPDATE restock_keys SET answer = :answer WHERE admin_id = :adminId AND key = :key', {
    adminId,
    key,
    answer: JSON.stringify(answer),
  })
}
