import type { Knex } from 'knex'
import type { Coupon, Hold } from '../decide/outcome.ts'
import { bigints } from './bigints.ts'
import { reasonOf } from './letters.ts'
import type { RequestBatch, Snapshot, VersionedPolicy } from './snapshot.ts'

/** Reads all that bears upon a batch: one statement, one round trip, one snapshot of the database. Locks nothing. */
export async function load(db: Knex, { topic, partition, requests }: RequestBatch): Promise<Snapshot> {
  const result = await db.raw<{ rows: [Row] }>(LOAD, {
    topic,
    partition,
    firstOffset: requests[0]!.offset,
    lastOffset: requests.at(-1)!.offset,
    distinctPolicies: bigints([...new Set(requests.map((request) => request.couponPolicyId))]),
    policyIds: bigints(requests.map((request) => request.couponPolicyId)),
    userIds: bigints(requests.map((request) => request.userId)),
    requestIds: requests.map((request) => request.requestId),
  })
  const { progress, policies, claims, holds, rejections, decided } = result.rows[0]
  return {
    progress,
    policies,
    claims,
    holds,
    rejections: rejections.map(({ requestId, letter }) => ({ requestId, reason: reasonOf(letter) })),
    decided: decided.map(({ requestMarks, ...batch }) => ({
      ...batch,
      requestMarks: Buffer.from(requestMarks, 'base64'),
    })),
  }
}

interface Row {
  progress: Snapshot['progress']
  policies: VersionedPolicy[]
  claims: Coupon[]
  holds: Hold[]
  rejections: { requestId: string; letter: string }[]
  decided: { firstOffset: number; outcomes: string; requestMarks: string; decidedAt: number }[]
}

/** Epoch milliseconds of a timestamp column. */
const ms = (column: string) => `cast(round(extract(epoch FROM ${column}) * 1000) AS bigint)`
const list = (query: string) => `(SELECT coalesce(json_agg(found), '[]') FROM (${query}) AS found)`

/**
 * LATERAL … LIMIT 1 keeps the planner at one index probe per request. Left to itself it hashes the whole table as soon as
 * its guess says so, and the cost of a batch would grow with the number of coupons ever issued.
 */
const LOAD = `
SELECT
  (SELECT json_build_object('clusterId', cluster_id, 'nextOffset', next_offset)
     FROM partition_progress WHERE topic = :topic AND partition = :partition) AS progress,
  ${list(`
    SELECT id, version, total_quantity AS "totalQuantity", issued, held, last_rank AS "lastRank", ordering,
           ${ms('opens_at')} AS "opensAt", ${ms('closes_at')} AS "closesAt"
      FROM coupon_policies WHERE id = ANY (cast(:distinctPolicies AS bigint[]))`)} AS policies,
  ${list(`
    SELECT c.coupon_id AS "couponId", c.request_id AS "requestId", c.policy_id AS "policyId", c.user_id AS "userId",
           c.rank, c.partition, c.log_offset AS "offset", ${ms('c.issued_at')} AS "issuedAt"
      FROM unnest(cast(:policyIds AS bigint[]), cast(:userIds AS bigint[])) AS asked (policy_id, user_id)
      CROSS JOIN LATERAL (SELECT * FROM coupons
        WHERE coupons.policy_id = asked.policy_id AND coupons.user_id = asked.user_id LIMIT 1) AS c`)} AS claims,
  ${list(`
    SELECT h.request_id AS "requestId", h.policy_id AS "policyId", h.user_id AS "userId", h.rank, h.partition, h.log_offset AS "offset"
      FROM held_requests AS h
     WHERE h.policy_id = ANY (cast(:distinctPolicies AS bigint[])) AND h.user_id = ANY (cast(:userIds AS bigint[]))`)} AS holds,
  ${list(`
    SELECT r.request_id AS "requestId", r.outcome AS letter
      FROM unnest(cast(:requestIds AS uuid[])) AS asked (request_id)
      CROSS JOIN LATERAL (SELECT * FROM rejected_requests
        WHERE rejected_requests.request_id = asked.request_id LIMIT 1) AS r`)} AS rejections,
  ${list(`
    SELECT first_offset AS "firstOffset", outcomes, encode(request_marks, 'base64') AS "requestMarks",
           ${ms('decided_at')} AS "decidedAt"
      FROM decided_batches
     WHERE topic = :topic AND partition = :partition AND first_offset <= :lastOffset AND next_offset > :firstOffset`)} AS decided`
