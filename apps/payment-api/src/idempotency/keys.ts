import type { Change } from '@firstcome/outbox'
import type { Knex } from 'knex'
import type { Answer } from './answer.ts'

/** A key belongs to one user on one route. */
export interface Scope {
  userId: number
  route: string
  key: string
}

export interface Lease {
  /** The payment to make or to resume. */
  subjectId: string
  owner: string
}

interface Known {
  fingerprint: Buffer
  answer: Answer | null
}

/** What a request with this key may do. */
export type Standing =
  | { kind: 'go'; lease: Lease }
  | { kind: 'reused' }
  | { kind: 'answered'; answer: Answer }
  | { kind: 'in flight' }

/** How long a key is remembered, and how long a try may take before another may resume it (its owner has crashed). */
export interface KeyTimes {
  rememberedHours: number
  leaseSeconds: number
}

/**
 * Takes the key, in one statement where it is new. A key whose owner let the lease run out is taken over together with
 * its subject: the same payment is resumed, not a second one begun. An expired key starts afresh.
 */
export async function takeKey(
  db: Knex,
  { userId, route, key }: Scope,
  fingerprint: Buffer,
  proposed: Lease,
  times: KeyTimes,
): Promise<Standing> {
  const { rows } = await db.raw<{ rows: { subject_id: string }[] }>(
    `insert into idempotency_keys as known
       (user_id, route, key, fingerprint, subject_id, owner, leased_until, expires_at)
     values (:userId, :route, :key, :fingerprint, :subjectId, :owner,
             now() + make_interval(secs => :leaseSeconds), now() + make_interval(hours => :rememberedHours))
     on conflict (user_id, route, key) do update set
       fingerprint = excluded.fingerprint,
       subject_id = case when known.expires_at <= now() then excluded.subject_id else known.subject_id end,
       expires_at = case when known.expires_at <= now() then excluded.expires_at else known.expires_at end,
       owner = excluded.owner,
       leased_until = excluded.leased_until,
       answer = null
     where known.expires_at <= now()
        or (known.answer is null and known.leased_until <= now() and known.fingerprint = excluded.fingerprint)
     returning subject_id`,
    { userId, route, key, fingerprint, ...proposed, ...times },
  )
  const subjectId = rows[0]?.subject_id
  if (subjectId) return { kind: 'go', lease: { ...proposed, subjectId } }
  const known = await db.raw<{ rows: Known[] }>(
    'select fingerprint, answer from idempotency_keys where user_id = ? and route = ? and key = ?',
    [userId, route, key],
  )
  return standingOf(known.rows[0], fingerprint)
}

/** Of a key that somebody else holds or has finished with. */
export function standingOf(known: Known | undefined, fingerprint: Buffer): Exclude<Standing, { kind: 'go' }> {
  if (known && !known.fingerprint.equals(fingerprint)) return { kind: 'reused' }
  if (known?.answer) return { kind: 'answered', answer: known.answer }
  return { kind: 'in flight' }
}

/** Keeps the final answer. */
export async function keepAnswer(db: Knex, scope: Scope, answer: Answer): Promise<void> {
  await db.raw(keeping, valuesOf(scope, answer))
}

/** The same for the statement that makes the answer true, so that the two can not come apart; only if its part `after` has a row. */
export function answerKept(scope: Scope, answer: Answer, after: string): Change {
  return { sql: `kept as (${keeping} and exists (select from ${after}))`, bindings: valuesOf(scope, answer) }
}

const keeping = 'update idempotency_keys set answer = ? where user_id = ? and route = ? and key = ? and answer is null'

const valuesOf = ({ userId, route, key }: Scope, answer: Answer) => [JSON.stringify(answer), userId, route, key]

/** There is no final answer yet: the next request with this key may go on at once. */
export async function releaseKey(db: Knex, scope: Scope, { owner }: Lease): Promise<void> {
  await db('idempotency_keys')
    .where({ user_id: scope.userId, route: scope.route, key: scope.key, owner })
    .whereNull('answer')
    .update({ leased_until: db.fn.now() })
}

/** Forgets expired keys, a bounded number at a time so that no lock is held for long; resolves to how many. */
export async function forgetExpiredKeys(db: Knex, atMost = 1000): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    // Locked as they are found: otherwise one that is taken anew between the look and the deletion would go as well.
    `delete from idempotency_keys where (user_id, route, key) in (
       select user_id, route, key from idempotency_keys where expires_at <= now() limit ? for update skip locked)`,
    [atMost],
  )
  return rowCount
}
