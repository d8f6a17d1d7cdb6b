import { couponPolicyChanged } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import { Problem } from '@firstcome/service'
import type { Knex } from 'knex'
import { type Change, noteInHistory } from './history.ts'
import { lockPolicy } from './lock-policy.ts'
import { type CouponPolicy, policyChanged } from './policy.ts'
import { noSuchPolicy } from './problems.ts'

/** A pure decision: the policy as it should be, or the very same object where there is nothing to change. */
export type Decision = (policy: CouponPolicy, now: number) => CouponPolicy

/**
 * Changes a policy, notes the change in its history and announces it: all of it, or nothing. The policy is locked first,
 * which makes the place in the log that the history names exact, and keeps its events in order.
 *
 * @throws {Problem} 404 COUPON_POLICY_NOT_FOUND, and whatever `decide` throws
 */
export async function changePolicy(
  trx: Knex.Transaction,
  { outbox, now }: { outbox: Outbox; now: () => number },
  { id, change, decide }: { id: number; change: Change; decide: Decision },
): Promise<{ policy: CouponPolicy; at: number }> {
  const before = await lockPolicy(trx, id)
  if (!before) throw new Problem(404, 'COUPON_POLICY_NOT_FOUND', noSuchPolicy, { couponPolicyId: id })
  const at = now()
  const policy = decide(before, at)
  if (policy === before) return { policy, at }

  await trx.raw(SAVE, {
    id,
    totalQuantity: policy.totalQuantity,
    closesAt: policy.closesAt,
    changedAt: policy.changedAt,
  })
  await noteInHistory(trx, change, policy)
  await outbox.add(trx, couponPolicyChanged, policyChanged(policy))
  return { policy, at }
}

/** The version moves, so that a batch which was decided upon the policy as it was is decided again. */
const SAVE = `
UPDATE coupon_policies
   SET total_quantity = cast(:totalQuantity AS bigint), closes_at = to_timestamp(cast(:closesAt AS double precision) / 1000),
       changed_at = to_timestamp(cast(:changedAt AS double precision) / 1000), version = version + 1
 WHERE id = :id`
