import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { connectDatabase } from '@firstcome/stores/postgres'
import { testDatabase } from '@firstcome/testing'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { PlacedRequest } from '../decide/decide.ts'
import { giveUp } from './give-up.ts'
import { settleBatch } from './ledger.ts'
import { load } from './load.ts'
import { PositionError } from './position-error.ts'
import { forgetPositions, positions } from './positions.ts'
import { prune } from './prune.ts'
import { record } from './record.ts'
import { settle } from './settle.ts'
import type { Answer, RequestBatch } from './snapshot.ts'

const database = await testDatabase([fileURLToPath(new URL('../../migrations', import.meta.url))])
const db = connectDatabase({ url: database.url, poolSize: 5 })
afterAll(() => db.close())

const NOW = Date.UTC(2026, 0, 15, 12, 30, 0, 123)
let policyId = 0

beforeEach(async () => {
  await db.raw(
    'TRUNCATE coupon_policies, coupons, held_requests, policy_history, partition_progress, decided_batches, rejected_requests',
  )
  policyId = await addPolicy({ total_quantity: 3 })
})

describe('the ledger', () => {
  test('keeps winners, stock, progress and outcomes of a batch together', async () => {
    const requests = requestsOf([11, 12, 11, 13, 14])
    const answers = await settled(requests)

    expect(letters(answers)).toBe('1 2 COUPON_ALREADY_ISSUED 3 COUPON_SOLD_OUT')
    expect(
      await rows('SELECT user_id, rank, request_id, partition, log_offset, issued_at FROM coupons ORDER BY rank'),
    ).toEqual(
      [0, 1, 3].map((at, i) => ({
        user_id: requests[at]!.userId,
        rank: i + 1,
        request_id: requests[at]!.requestId,
        partition: 4,
        log_offset: 100 + at,
        issued_at: new Date(NOW),
      })),
    )
    expect(await rows('SELECT issued, version FROM coupon_policies')).toEqual([{ issued: 3, version: 1 }])
    expect(await positions(db)).toEqual([
      { topic: 'coupon-issue', partition: 4, clusterId: 'cluster', nextOffset: 105 },
    ])
    expect(await rows('SELECT first_offset, next_offset, outcomes FROM decided_batches')).toEqual([
      { first_offset: 100, next_offset: 105, outcomes: 'IIAIS' },
    ])
  })

  test('reads the answers of a redelivered batch back to the letter, rejections and ids included', async () => {
    const requests = requestsOf([11, 12, 11, 13, 14])
    const answers = await settled(requests)
    expect(await settled(requests)).toEqual(answers)
    const [more] = requestsOf([15], { from: 105 })
    expect(await settled([...requests.slice(2), more!])).toMatchObject([
      ...answers.slice(2),
      { outcome: { reason: 'COUPON_SOLD_OUT' } },
    ])
  })

  test('needs two round trips for a batch, whatever its size, and one to read it back', async () => {
    const requests = requestsOf(Array.from({ length: 2_000 }, (_, i) => i + 1))
    expect(await roundTrips(() => settled(requests.slice(0, 1)))).toBe(2)
    expect(await roundTrips(() => settled(requests.slice(1)))).toBe(2)
    expect(await roundTrips(() => settled(requests))).toBe(1)
  })

  test('remembers a refusal that a later copy of the request could contradict', async () => {
    policyId = await addPolicy({ total_quantity: 3, opens_at: new Date(NOW) })
    const [early] = requestsOf([11], { requestedAt: NOW - 1 })
    await settled([early!])
    const copy = { ...early!, requestedAt: NOW, offset: 101 }
    expect(letters(await settled([copy, ...requestsOf([12], { from: 102 })]))).toBe('COUPON_NOT_OPEN 1')
  })

  test('gives one outcome to each offset when several workers hold the same partition', async () => {
    await addPolicy({ total_quantity: 30 })
    policyId += 1
    const log = requestsOf(Array.from({ length: 120 }, (_, i) => (i * 7) % 60))
    const workers = [13, 20, 41].map(async (size) => {
      const answers: Answer[] = []
      for (let at = 0; at < log.length; at += size) answers.push(...(await settled(log.slice(at, at + size))))
      return answers
    })
    const [first, ...others] = await Promise.all(workers)
    for (const other of others) expect(letters(other)).toBe(letters(first!))
    const ranks = await rows('SELECT rank FROM coupons ORDER BY log_offset')
    expect(ranks).toEqual(Array.from({ length: 30 }, (_, i) => ({ rank: i + 1 })))
  })

  test('writes nothing when another worker was faster, even where no policy is touched', async () => {
    const requests = requestsOf([11, 12, 13]).map((request) => ({ ...request, couponPolicyId: 999_999 }))
    const slow = batchOf(requests.slice(0, 1))
    const { entry } = settle(await load(db, slow), slow, { now: NOW, newCouponId: randomUUID })
    await settled(requests)
    expect(await record(db, entry!)).toBe(false)
    expect(await positions(db)).toMatchObject([{ nextOffset: 103 }])
    expect(await rows('SELECT outcomes FROM decided_batches')).toEqual([{ outcomes: 'PPP' }])
  })

  test('writes nothing when a policy was changed after it was loaded', async () => {
    const batch = batchOf(requestsOf([11]))
    const { entry } = settle(await load(db, batch), batch, { now: NOW, newCouponId: randomUUID })
    await db.raw('UPDATE coupon_policies SET closes_at = to_timestamp(0), version = version + 1')
    expect(await record(db, entry!)).toBe(false)
    expect(
      await rows(
        'SELECT 1 FROM coupons UNION ALL SELECT 1 FROM partition_progress UNION ALL SELECT 1 FROM decided_batches',
      ),
    ).toEqual([])
    expect(letters(await settled(batch.requests))).toBe('COUPON_CLOSED')
  })

  test('lets no mistake of the decision past the stock, and then keeps nothing of the batch', async () => {
    const batch = batchOf(requestsOf([11, 12, 13, 14]))
    const snapshot = await load(db, batch)
    const tooMany = { ...snapshot, policies: snapshot.policies.map((policy) => ({ ...policy, totalQuantity: 4 })) }
    const { entry } = settle(tooMany, batch, { now: NOW, newCouponId: randomUUID })
    await expect(record(db, entry!)).rejects.toThrow(/never_over_stock/)
    expect(await rows('SELECT 1 FROM coupons UNION ALL SELECT 1 FROM partition_progress')).toEqual([])
  })

  test('lets no request win twice: the id of another coupon fails its batch', async () => {
    const [request] = requestsOf([11])
    await settled([request!])
    await expect(settled([{ ...request!, userId: 12, offset: 101 }])).rejects.toThrow(/one_per_request/)
  })
})

describe('giving a request up', () => {
  test('notes it and lets the partition go on behind it', async () => {
    const [bad, next] = requestsOf([11, 12])
    expect((await giveUp(db, batchOf([bad!]), NOW)).outcome).toEqual({ kind: 'failed' })
    expect(letters(await settled([next!]))).toBe('1')
    expect(letters(await settled([bad!, next!]))).toBe('failed 1')
  })

  test('passes no earlier request over', async () => {
    const [first, early, bad, late] = requestsOf([11, 12, 13, 14])
    await settled([first!])
    await giveUp(db, batchOf([bad!]), NOW)
    expect(letters(await settled([early!]))).toBe('2')
    expect(letters(await settled([late!]))).toBe('3')
    expect(letters(await settled([first!, early!, bad!, late!]))).toBe('1 2 failed 3')
  })

  test('tells the decision where there is one already', async () => {
    const requests = requestsOf([11])
    const answers = await settled(requests)
    expect(await giveUp(db, batchOf(requests), NOW + 5)).toEqual(answers[0])
  })

  test('takes a request whose id is not even a UUID', async () => {
    const [bad] = requestsOf([11])
    const answer = await giveUp(db, batchOf([{ ...bad!, requestId: 'nonsense' }]), NOW)
    expect(answer.outcome).toEqual({ kind: 'failed' })
  })
})

describe('a late request', () => {
  test('that was given up is decided by what is left, once, and moves no progress', async () => {
    const [first, bad, next] = requestsOf([11, 12, 13])
    await settled([first!])
    await giveUp(db, batchOf([bad!]), NOW)
    await settled([next!])

    const answers = await settled([bad!], { late: true, highWatermark: bad!.offset + 1 })
    expect(letters(answers)).toBe('3')
    expect(await settled([bad!], { late: true })).toEqual(answers)
    expect(await settled([bad!, next!])).toMatchObject([
      { outcome: answers[0]!.outcome },
      { outcome: { kind: 'issued' } },
    ])
    expect(await positions(db)).toMatchObject([{ nextOffset: 103 }])
    expect(await rows('SELECT issued FROM coupon_policies')).toEqual([{ issued: 3 }])
  })

  test('gets nothing that is not there any more, and its user no second coupon', async () => {
    const [bad, again, ...others] = requestsOf([11, 12, 13, 14, 15])
    await giveUp(db, batchOf([bad!]), NOW)
    await giveUp(db, batchOf([again!]), NOW)
    await settled([...others, { ...bad!, requestId: randomUUID(), offset: 110 }])

    expect(letters(await settled([bad!], { late: true }))).toBe('COUPON_SOLD_OUT')
    policyId = await addPolicy({ total_quantity: 3 })
    const [once, twice] = requestsOf([21, 21], { from: 200 })
    await giveUp(db, batchOf([once!]), NOW)
    await settled([twice!])
    expect(letters(await settled([once!], { late: true }))).toBe('COUPON_ALREADY_ISSUED')
  })

  test('decided at the same moment as others takes no rank twice', async () => {
    const log = requestsOf([11, 12, 13])
    for (const one of log) await giveUp(db, batchOf([one]), NOW)
    const answers = await Promise.all(log.map((one) => settled([one], { late: true })))
    expect(answers.map(letters).toSorted()).toEqual(['1', '2', '3'])
  })
})

describe('positions', () => {
  test('of another cluster stop the worker, until they are forgotten; coupons stay', async () => {
    const requests = requestsOf([11])
    await settled(requests)
    await expect(settled(requests, { clusterId: 'new' })).rejects.toThrow(PositionError)
    await forgetPositions(db)
    const fresh = requestsOf([11, 12], { from: 0 })
    expect(letters(await settled(fresh, { clusterId: 'new' }))).toBe('COUPON_ALREADY_ISSUED 2')
  })

  test('outcomes are forgotten once the log cannot hold their requests any more', async () => {
    await settled(requestsOf([11]))
    expect(await prune(db, NOW + 1_000, 2_000)).toBe(0)
    expect(await prune(db, NOW + 3_000, 2_000)).toBe(1)
    expect(await rows('SELECT 1 FROM decided_batches')).toEqual([])
  })
})

async function addPolicy(columns: Record<string, unknown>): Promise<number> {
  const common = { name: 'x', created_at: new Date(NOW), changed_at: new Date(NOW) }
  const [row] = await db('coupon_policies')
    .insert({ ...common, ...columns })
    .returning('id')
  return row.id
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

function batchOf(requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): RequestBatch {
  return { clusterId: 'cluster', topic: 'coupon-issue', partition: 4, highWatermark: 100_000, requests, ...changes }
}

async function settled(requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): Promise<Answer[]> {
  const context = { now: () => NOW, newCouponId: randomUUID, signal: new AbortController().signal }
  return (await settleBatch(db, batchOf(requests, changes), context)).answers
}

function letters(answers: Answer[]): string {
  return answers
    .map(({ outcome }) =>
      outcome.kind === 'issued' ? outcome.coupon.rank : outcome.kind === 'rejected' ? outcome.reason : 'failed',
    )
    .join(' ')
}

async function rows(sql: string): Promise<unknown[]> {
  return (await db.raw(sql)).rows
}

async function roundTrips(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const counter = () => {
    count += 1
  }
  db.on('query', counter)
  await work()
  db.removeListener('query', counter)
  return count
}
