import type { Knex } from 'knex'
import { integers, numbers, bytes as smalls } from './column.ts'
import { createIds } from './ids.ts'
import type { Batch, Coupons, Hold, Ledger, Past, Policy, Refused } from './ledger.ts'

/** Reads all that bears upon an audit of this topic (with prefix or without, as the worker wrote it), in one snapshot. */
export async function readLedger(
  db: Knex,
  topic: string,
  { policy, onRows }: { policy?: number | undefined; onRows?: ((rows: number) => void) | undefined } = {},
): Promise<Ledger> {
  return db.transaction(
    async (trx) => {
      const rows = async <Row>(query: string, ...given: (string | number)[]) =>
        (await trx.raw<{ rows: Row[] }>(query, given)).rows
      const only = (column: string) => (policy === undefined ? '' : `WHERE ${column} = ${Number(policy)}`)

      const progress = await rows<{ partition: number; clusterId: string; next: number }>(PROGRESS, topic)
      const policies = await rows<Policy>(`${POLICIES} ${only('id')}`)
      const history = await rows<Past>(`${HISTORY} ${only('policy_id')} ORDER BY id`)
      const holds = await rows<Hold>(`${HOLDS} ${only('policy_id')} ORDER BY policy_id, rank`)
      const twice = await rows<Ledger['twice'][number]>(
        `${TWICE} ${only('policy_id')} GROUP BY policy_id, user_id HAVING count(*) > 1 ORDER BY policy_id, user_id`,
      )
      const each = <Row>(query: string, size: number, take: (row: Row) => void) =>
        readInParts(trx, query, size, take, onRows)

      const coupons = noCoupons()
      await each<CouponRow>(`${COUPONS} ${only('policy_id')} ORDER BY policy_id, rank, log_offset`, 10_000, (row) =>
        addCoupon(coupons, row),
      )
      const refused: Refused = { requests: createIds(), letter: smalls(), decidedAt: numbers() }
      await each<{ requestId: string; letter: string; decidedAt: number }>(REFUSED, 10_000, (row) => {
        refused.requests.add(row.requestId)
        refused.letter.push(row.letter.charCodeAt(0))
        refused.decidedAt.push(row.decidedAt)
      })
      const batches: Batch[] = []
      const mine = `${BATCHES} WHERE topic = ${literal(topic)} ORDER BY partition, first_offset`
      await each<Batch>(mine, 200, (row) => void batches.push(row))

      return {
        progress: new Map(progress.map(({ partition, ...rest }) => [partition, rest])),
        policies: new Map(policies.map((one) => [one.id, one])),
        history,
        holds,
        twice,
        coupons,
        refused,
        batches,
      }
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  )
}

/** By a cursor: a million rows as objects, all at once, would be half a gigabyte. */
async function readInParts<Row>(
  trx: Knex,
  query: string,
  size: number,
  take: (row: Row) => void,
  onRows?: (rows: number) => void,
): Promise<void> {
  await trx.raw(`DECLARE audited NO SCROLL CURSOR FOR ${query}`)
  for (;;) {
    const { rows } = await trx.raw<{ rows: Row[] }>(`FETCH ${size} FROM audited`)
    for (const row of rows) take(row)
    onRows?.(rows.length)
    if (rows.length < size) break
  }
  await trx.raw('CLOSE audited')
}

interface CouponRow {
  requestId: string
  couponId: string
  policy: number
  user: number
  rank: number
  partition: number
  offset: number
  issuedAt: number
}

function noCoupons(): Coupons {
  return {
    requests: createIds(),
    couponIds: createIds(),
    couponId: integers(),
    policy: numbers(),
    user: numbers(),
    rank: numbers(),
    partition: integers(),
    offset: numbers(),
    issuedAt: numbers(),
    repeated: [],
  }
}

function addCoupon(coupons: Coupons, row: CouponRow): void {
  const known = coupons.requests.size
  if (coupons.requests.add(row.requestId) < known) {
    coupons.repeated.push(row.requestId)
    return
  }
  coupons.couponId.push(coupons.couponIds.add(row.couponId))
  for (const name of ['policy', 'user', 'rank', 'partition', 'offset', 'issuedAt'] as const)
    coupons[name].push(row[name])
}

/** A cursor takes no parameters. */
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
const ms = (name: string) => `cast(round(extract(epoch FROM ${name}) * 1000) AS bigint)`

const PROGRESS =
  'SELECT partition, cluster_id AS "clusterId", next_offset AS next FROM partition_progress WHERE topic = ?'
const POLICIES = `
SELECT id, name, total_quantity AS total, issued, held, last_rank AS "lastRank", ordering, ${ms('opens_at')} AS "opensAt",
       ${ms('closes_at')} AS "closesAt", ${ms('created_at')} AS "createdAt" FROM coupon_policies`
const HISTORY = `
SELECT id, policy_id AS policy, kind, request_id AS "requestId", total_quantity AS total, ${ms('opens_at')} AS "opensAt",
       ${ms('closes_at')} AS "closesAt", places, ${ms('at')} AS at FROM policy_history`
const HOLDS = `
SELECT request_id AS "requestId", policy_id AS policy, user_id AS "user", rank, partition, log_offset AS "offset"
  FROM held_requests`
const TWICE = 'SELECT policy_id AS policy, user_id AS "user", count(*) AS coupons FROM coupons'
const COUPONS = `
SELECT request_id AS "requestId", coupon_id AS "couponId", policy_id AS policy, user_id AS "user", rank, partition,
       log_offset AS "offset", ${ms('issued_at')} AS "issuedAt" FROM coupons`
const REFUSED = `SELECT request_id AS "requestId", outcome AS letter, ${ms('decided_at')} AS "decidedAt" FROM rejected_requests`
const BATCHES = `
SELECT partition, first_offset AS first, outcomes AS letters, request_marks AS marks, ${ms('decided_at')} AS "decidedAt"
  FROM decided_batches`
