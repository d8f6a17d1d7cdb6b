import { couponIssueRequested } from '@firstcome/events'
import type { Knex } from 'knex'
import type { CouponPolicy } from './policy.ts'

/** What an administrator may do to a policy, as `policy_history` calls it. */
export type Change = 'created' | 'restocked' | 'closed'

/**
 * Notes the policy as it is from now on, and from where in the log that holds: an audit decides the requests before that
 * place by the state before. Exact only in the transaction that has locked the policy, and after it has: whoever decides
 * requests of a policy locks it too, so no decision can come between the lock and the places read here.
 */
export async function noteInHistory(trx: Knex.Transaction, change: Change, policy: CouponPolicy): Promise<void> {
  await trx.raw(change === 'created' ? NOTE_CREATED : NOTE_CHANGED, {
    change,
    id: policy.id,
    totalQuantity: policy.totalQuantity,
    opensAt: policy.opensAt,
    closesAt: policy.closesAt,
    changedAt: policy.changedAt,
    ...(change !== 'created' && { topic: couponIssueRequested.topic }),
  })
}

const time = (name: string) => `to_timestamp(cast(:${name} AS double precision) / 1000)`

const note = (places: string) => `
INSERT INTO policy_history (policy_id, kind, total_quantity, opens_at, closes_at, places, at)
SELECT cast(:id AS bigint), :change, cast(:totalQuantity AS bigint), ${time('opensAt')}, ${time('closesAt')}, ${places}, ${time('changedAt')}`

/** A new policy holds from the beginning of the log: nobody could be given anything of it before. */
const NOTE_CREATED = note(`'{}'`)
const NOTE_CHANGED = note(
  `(SELECT coalesce(jsonb_object_agg(partition, next_offset), '{}') FROM partition_progress WHERE topic = :topic)`,
)
