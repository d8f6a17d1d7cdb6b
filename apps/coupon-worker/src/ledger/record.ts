import type { Knex } from 'knex'
import { bigints } from './bigints.ts'
import { letterOf } from './letters.ts'
import type { LedgerEntry } from './snapshot.ts'

/**
 * Writes a decided batch, or nothing at all: one statement, which Postgres runs as one transaction, in one round trip.
 * Resolves to false where the progress or a policy is no longer what was decided upon (another worker holds the same
 * partition during a rebalance, an administrator changed a policy): load and decide again.
 */
export async function record(db: Knex, entry: LedgerEntry): Promise<boolean> {
  const { coupons, holds, unheld, history, policies, refused, batch } = entry
  const result = await db.raw<{ rows: [{ recorded: boolean }] }>(RECORD, {
    clusterId: entry.clusterId,
    topic: entry.topic,
    partition: entry.partition,
    expectedOffset: entry.expectedOffset,
    nextOffset: entry.nextOffset,
    late: entry.late,
    now: batch.decidedAt,
    policyIds: bigints(policies.map((policy) => policy.id)),
    policyVersions: bigints(policies.map((policy) => policy.version)),
    policyIssued: bigints(policies.map((policy) => policy.issued)),
    policyHeld: bigints(policies.map((policy) => policy.held)),
    policyRanks: bigints(policies.map((policy) => policy.lastRank)),
    couponPolicies: bigints(coupons.map((coupon) => coupon.policyId)),
    couponUsers: bigints(coupons.map((coupon) => coupon.userId)),
    couponRequests: coupons.map((coupon) => coupon.requestId),
    couponIds: coupons.map((coupon) => coupon.couponId),
    couponRanks: bigints(coupons.map((coupon) => coupon.rank)),
    couponOffsets: bigints(coupons.map((coupon) => coupon.offset)),
    couponPartitions: bigints(coupons.map((coupon) => coupon.partition)),
    holdRequests: holds.map((hold) => hold.requestId),
    holdPolicies: bigints(holds.map((hold) => hold.policyId)),
    holdUsers: bigints(holds.map((hold) => hold.userId)),
    holdRanks: bigints(holds.map((hold) => hold.rank)),
    holdOffsets: bigints(holds.map((hold) => hold.offset)),
    unheld,
    pastKinds: history.map((past) => past.kind),
    pastPolicies: history.map((past) => past.policyId),
    pastRequests: history.map((past) => past.requestId),
    pastOffsets: history.map((past) => past.offset),
    refusedRequests: refused.map(({ requestId }) => requestId),
    refusedLetters: refused.map(({ reason }) => letterOf(reason)),
    firstOffset: batch.firstOffset,
    outcomes: batch.outcomes,
    requestMarks: batch.requestMarks,
  })
  return result.rows[0].recorded
}

const NOW = 'to_timestamp(cast(:now AS double precision) / 1000)'

/**
 * `unchanged` and `moved` are the guard: everything else happens only if progress moved, and progress moves only if it and
 * every policy are still as they were loaded. Both lock their rows, so a second writer waits, sees the change, and gives way.
 * A late request has no progress to move: its policy alone is the guard. Every policy that was looked at gets a new version,
 * so that a place in `policy_history` is exact: no request of the policy was decided between that and the change.
 */
const RECORD = `
WITH unchanged AS (
  SELECT p.id FROM coupon_policies AS p
    JOIN unnest(cast(:policyIds AS bigint[]), cast(:policyVersions AS bigint[])) AS known (id, version)
      ON p.id = known.id AND p.version = known.version
     FOR NO KEY UPDATE OF p
), moved AS (
  INSERT INTO partition_progress AS progress (topic, partition, cluster_id, next_offset, updated_at)
  SELECT :topic, :partition, :clusterId, cast(:nextOffset AS bigint), ${NOW}
   WHERE NOT cast(:late AS boolean) AND (SELECT count(*) FROM unchanged) = cardinality(cast(:policyIds AS bigint[]))
      ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at
   WHERE progress.next_offset = cast(:expectedOffset AS bigint) AND progress.cluster_id = excluded.cluster_id
  RETURNING 1
), granted AS (
  SELECT FROM moved
   UNION ALL
  SELECT FROM (SELECT count(*) AS policies FROM unchanged) AS still
   WHERE cast(:late AS boolean) AND still.policies = cardinality(cast(:policyIds AS bigint[]))
), changed AS (
  UPDATE coupon_policies AS p
     SET issued = p.issued + change.issued, held = p.held + change.held, last_rank = change.last_rank, version = p.version + 1
    FROM unnest(cast(:policyIds AS bigint[]), cast(:policyIssued AS bigint[]), cast(:policyHeld AS bigint[]),
                cast(:policyRanks AS bigint[])) AS change (id, issued, held, last_rank)
   WHERE p.id = change.id AND EXISTS (SELECT FROM granted)
), issued AS (
  INSERT INTO coupons (policy_id, user_id, request_id, coupon_id, rank, log_offset, partition, issued_at)
  SELECT new.*, ${NOW}
    FROM unnest(cast(:couponPolicies AS bigint[]), cast(:couponUsers AS bigint[]), cast(:couponRequests AS uuid[]),
                cast(:couponIds AS uuid[]), cast(:couponRanks AS bigint[]), cast(:couponOffsets AS bigint[]),
                cast(:couponPartitions AS integer[])) AS new
   WHERE EXISTS (SELECT FROM granted)
), held AS (
  INSERT INTO held_requests (request_id, policy_id, user_id, rank, log_offset, partition, held_at)
  SELECT new.*, :partition, ${NOW}
    FROM unnest(cast(:holdRequests AS uuid[]), cast(:holdPolicies AS bigint[]), cast(:holdUsers AS bigint[]),
                cast(:holdRanks AS bigint[]), cast(:holdOffsets AS bigint[])) AS new
   WHERE EXISTS (SELECT FROM granted)
), unheld AS (
  DELETE FROM held_requests WHERE request_id = ANY (cast(:unheld AS uuid[])) AND EXISTS (SELECT FROM granted)
), remembered AS (
  INSERT INTO policy_history (policy_id, kind, request_id, total_quantity, opens_at, closes_at, places, at)
  SELECT past.policy_id, past.kind, past.request_id, p.total_quantity, p.opens_at, p.closes_at,
         CASE WHEN past.log_offset IS NULL THEN (
                SELECT coalesce(jsonb_object_agg(partition, next_offset), '{}') FROM partition_progress WHERE topic = :topic)
              ELSE jsonb_build_object(cast(:partition AS text), past.log_offset) END, ${NOW}
    FROM unnest(cast(:pastKinds AS text[]), cast(:pastPolicies AS bigint[]), cast(:pastRequests AS uuid[]),
                cast(:pastOffsets AS bigint[])) WITH ORDINALITY AS past (kind, policy_id, request_id, log_offset, nth)
    JOIN coupon_policies AS p ON p.id = past.policy_id
   WHERE EXISTS (SELECT FROM granted)
   ORDER BY past.nth
), refused AS (
  INSERT INTO rejected_requests (request_id, outcome, decided_at)
  SELECT no.request_id, cast(no.letter AS "char"), ${NOW}
    FROM unnest(cast(:refusedRequests AS uuid[]), cast(:refusedLetters AS text[])) AS no (request_id, letter)
   WHERE EXISTS (SELECT FROM granted)
), decided AS (
  INSERT INTO decided_batches (topic, partition, first_offset, next_offset, outcomes, request_marks, decided_at)
  SELECT :topic, :partition, cast(:firstOffset AS bigint), cast(:nextOffset AS bigint), :outcomes, cast(:requestMarks AS bytea), ${NOW}
   WHERE EXISTS (SELECT FROM granted)
      ON CONFLICT (topic, partition, first_offset) DO UPDATE
     SET next_offset = excluded.next_offset, outcomes = excluded.outcomes, request_marks = excluded.request_marks,
         decided_at = excluded.decided_at
   WHERE NOT cast(:late AS boolean) OR decided_batches.next_offset = excluded.next_offset
)
SELECT EXISTS (SELECT FROM granted) AS recorded`
