import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { couponIssueRequested } from '@firstcome/events'
import { connectDatabase } from '@firstcome/stores/postgres'
import { testDatabase } from '@firstcome/testing'
import { afterAll, beforeEach } from 'vitest'
import type { PlacedRequest } from '../src/decide/decide.ts'
import { settleBatch } from '../src/ledger/ledger.ts'
import type { Answer, RequestBatch } from '../src/ledger/snapshot.ts'

export const NOW = Date.UTC(2026, 0, 15, 12, 30, 0, 123)

const tables =
  'coupon_policies, coupons, held_requests, policy_history, partition_progress, decided_batches, rejected_requests'

/** A ledger in a database of its own, emptied before each test, with one strict policy of three coupons. */
export async function testLedger() {
  const database = await testDatabase([fileURLToPath(new URL('../migrations', import.meta.url))])
  const db = connectDatabase({ url: database.url, poolSize: 5 })
  afterAll(() => db.close())
  let policyId = 0

  beforeEach(async () => {
    await db.raw(`TRUNCATE ${tables}`)
    await addPolicy({ total_quantity: 3 })
  })

  /** Requests are for the policy that was added last. */
  async function addPolicy(columns: Record<string, unknown>): Promise<void> {
    const common = { name: 'x', created_at: new Date(NOW), changed_at: new Date(NOW) }
    const [row] = await db('coupon_policies')
      .insert({ ...common, ...columns })
      .returning('id')
    policyId = row.id
  }

  function requestsOf(users: number[], { from = 100, requestedAt = NOW } = {}): PlacedRequest[] {
    return users.map((userId, i) => ({
      requestId: randomUUID(),
      couponPolicyId: policyId,
      userId,
      requestedAt,
      partition: 4,
      offset: from + i,
    }))
  }

  async function settled(requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): Promise<Answer[]> {
    const context = { now: () => NOW, newCouponId: randomUUID, signal: new AbortController().signal }
    return (await settleBatch(db, batchOf(requests, changes), context)).answers
  }

  const rows = async (sql: string): Promise<unknown[]> => (await db.raw(sql)).rows

  return { db, addPolicy, requestsOf, settled, rows }
}

export function batchOf(requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): RequestBatch {
  return {
    clusterId: 'cluster',
    topic: couponIssueRequested.topic,
    partition: 4,
    highWatermark: 100_000,
    requests,
    ...changes,
  }
}

export function letters(answers: Answer[]): string {
  return answers
    .map(({ outcome }) =>
      outcome.kind === 'issued' ? outcome.coupon.rank : outcome.kind === 'rejected' ? outcome.reason : 'failed',
    )
    .join(' ')
}
