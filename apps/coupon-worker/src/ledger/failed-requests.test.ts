import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { batchOf, letters, NOW, testLedger } from '../../test/test-ledger.ts'
import { giveUp } from './give-up.ts'
import { holdRequest } from './hold-request.ts'
import { positions } from './positions.ts'

const { db, addPolicy, requestsOf, settled, rows } = await testLedger()

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

describe('a request that is tried again', () => {
  test('keeps one unit and its rank, is passed by those behind it, and gets them', async () => {
    const [first, failed, next, last] = requestsOf([11, 12, 13, 14])
    await settled([first!])
    await holdRequest(db, batchOf([failed!]), NOW)
    await holdRequest(db, batchOf([failed!]), NOW)
    expect(await rows('SELECT issued, held, last_rank FROM coupon_policies')).toEqual([
      { issued: 1, held: 1, last_rank: 2 },
    ])
    expect(letters(await settled([next!, last!]))).toBe('3 COUPON_SOLD_OUT')

    const answers = await settled([failed!], { late: true })
    expect(letters(answers)).toBe('2')
    expect(await settled([failed!], { late: true })).toEqual(answers)
    expect(letters(await settled([first!, failed!, next!]))).toBe('1 2 3')
    expect(await rows('SELECT issued, held, last_rank FROM coupon_policies')).toEqual([
      { issued: 3, held: 0, last_rank: 3 },
    ])
    expect(await rows('SELECT kind FROM policy_history')).toEqual([])
  })

  test('goes to be tried again once more where it is met in the log before that', async () => {
    const [failed, next] = requestsOf([11, 12])
    await holdRequest(db, batchOf([failed!]), NOW)
    await expect(settled([failed!, next!])).rejects.toThrow(/was to be tried again/)
  })

  test('puts its unit back when it is given up, at a place that is written down', async () => {
    const [failed, first, second, third] = requestsOf([11, 12, 13, 14])
    await holdRequest(db, batchOf([failed!]), NOW)
    await settled([first!])
    expect((await giveUp(db, batchOf([failed!]), NOW)).outcome).toEqual({ kind: 'failed' })
    expect((await giveUp(db, batchOf([failed!]), NOW)).outcome).toEqual({ kind: 'failed' })
    expect(letters(await settled([second!, third!]))).toBe('3 4')
    expect(await rows('SELECT kind, request_id, places, total_quantity FROM policy_history')).toEqual([
      { kind: 'hold-ended', request_id: failed!.requestId, places: { 4: 102 }, total_quantity: 3 },
    ])
    expect(letters(await settled([failed!], { late: true }))).toBe('COUPON_SOLD_OUT')
    expect(await rows('SELECT kind FROM policy_history ORDER BY id')).toEqual([
      { kind: 'hold-ended' },
      { kind: 'decided-late' },
    ])
  })

  test('leaves its unit to a later request of its user, from that place on', async () => {
    const [failed, ...later] = requestsOf([11, 12, 13, 11, 14])
    await holdRequest(db, batchOf([failed!]), NOW)
    expect(letters(await settled(later))).toBe('2 3 4 COUPON_SOLD_OUT')
    expect(await rows('SELECT kind, request_id, places FROM policy_history')).toEqual([
      { kind: 'hold-ended', request_id: failed!.requestId, places: { 4: 103 } },
    ])
    expect(letters(await settled([failed!], { late: true }))).toBe('COUPON_ALREADY_ISSUED')
    expect(await rows('SELECT 1 FROM held_requests')).toEqual([])
  })

  test('holds nothing where it would have been refused, where the policy is relaxed, or where those behind it were decided', async () => {
    const [closed] = requestsOf([11], { requestedAt: NOW })
    await db.raw('UPDATE coupon_policies SET closes_at = created_at')
    await holdRequest(db, batchOf([closed!]), NOW)
    await db.raw("UPDATE coupon_policies SET closes_at = NULL, ordering = 'relaxed'")
    const [relaxed, ...others] = requestsOf([12, 13, 14], { from: 101 })
    await holdRequest(db, batchOf([relaxed!]), NOW)
    await db.raw("UPDATE coupon_policies SET ordering = 'strict'")
    await settled(others.slice(1))
    await holdRequest(db, batchOf(others.slice(0, 1)), NOW)
    expect(await rows('SELECT 1 FROM held_requests')).toEqual([])
    expect(await rows("SELECT outcomes FROM decided_batches WHERE outcomes = 'H'")).toHaveLength(3)
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
    await addPolicy({ total_quantity: 3 })
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
