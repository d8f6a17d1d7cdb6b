import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { batchOf, letters, NOW, testLedger } from '../../test/test-ledger.ts'
import { load } from './load.ts'
import { PositionError } from './position-error.ts'
import { forgetPositions, positions } from './positions.ts'
import { prune } from './prune.ts'
import { record } from './record.ts'
import { settle } from './settle.ts'
import type { Answer } from './snapshot.ts'

const { db, addPolicy, requestsOf, settled, rows } = await testLedger()

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
    await addPolicy({ total_quantity: 3, opens_at: new Date(NOW) })
    const [early] = requestsOf([11], { requestedAt: NOW - 1 })
    await settled([early!])
    const copy = { ...early!, requestedAt: NOW, offset: 101 }
    expect(letters(await settled([copy, ...requestsOf([12], { from: 102 })]))).toBe('COUPON_NOT_OPEN 1')
  })

  test('gives one outcome to each offset when several workers hold the same partition', async () => {
    await addPolicy({ total_quantity: 30 })
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
