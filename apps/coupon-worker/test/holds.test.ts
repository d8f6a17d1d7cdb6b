import type { CouponIssueRequested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { bugOf, hearing, UNLUCKY } from './bug.ts'
import { createPolicy, stage } from './stage.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Long enough to be met between two tries. */
const retry = { KAFKA_RETRY_DELAY_MS: '1500', KAFKA_RETRY_MULTIPLIER: '1', KAFKA_SESSION_TIMEOUT_MS: '6000' }
/** For a request that must not run out of tries while a test looks at it: a minute of them, on the same retry topic. */
const manyTries = { KAFKA_ATTEMPTS: '40' }
const it = await stage(retry)

const bug = bugOf(it)
const { told, answered } = hearing(it)

beforeEach(bug.fix)

type Request = CouponIssueRequested

async function counters(policyId: number) {
  const { rows } = await it.db.raw(
    'SELECT issued, held, last_rank, (SELECT count(*) FROM held_requests WHERE policy_id = p.id) AS holds FROM coupon_policies AS p WHERE id = ?',
    [policyId],
  )
  return rows[0]
}

async function shop(totalQuantity: number, ordering: 'strict' | 'relaxed', env: Record<string, string> = {}) {
  const worker = await it.startWorker({ ...retry, ...env })
  const couponPolicyId = await createPolicy(worker, { name: 'Holds', totalQuantity, ordering })
  const ask = (userId: number): Request => ({ requestId: uuidv7(), couponPolicyId, userId, requestedAt: Date.now() })
  return { worker, couponPolicyId, ask }
}

describe('a strict request that fails and is tried again', () => {
  test('gets its coupon and its rank once it succeeds; nobody who came later had them meanwhile', async () => {
    const { worker, couponPolicyId, ask } = await shop(3, 'strict', manyTries)
    await bug.put()
    const [first, unlucky, next, last] = [ask(1), ask(UNLUCKY), ask(2), ask(3)]
    await it.ask([first, unlucky, next, last])
    await answered(first, next, last)
    expect([first, next, last].map(told)).toEqual([[1], [3], ['COUPON_SOLD_OUT']])
    expect(told(unlucky)).toEqual([])
    expect(await counters(couponPolicyId)).toEqual({ issued: 2, held: 1, last_rank: 3, holds: 1 })

    await bug.fix()
    await answered(unlucky)
    expect(told(unlucky)).toEqual([2])
    expect(await counters(couponPolicyId)).toEqual({ issued: 3, held: 0, last_rank: 3, holds: 0 })
    expect((await it.db.raw('SELECT 1 FROM policy_history WHERE request_id = ?', [unlucky.requestId])).rows).toEqual([])
    await worker.stop()
  })

  test('lets go of its coupon when it is given up, and hears FAILED; the next one to ask has it', async () => {
    const { worker, couponPolicyId, ask } = await shop(2, 'strict')
    await bug.put()
    const [unlucky, first, early] = [ask(UNLUCKY), ask(1), ask(2)]
    await it.ask([unlucky, first, early])
    await answered(unlucky, first, early)
    expect([unlucky, first, early].map(told)).toEqual([['COUPON_ISSUE_FAILED'], [2], ['COUPON_SOLD_OUT']])

    const [late, later] = [ask(3), ask(4)]
    await it.ask([late, later])
    await answered(late, later)
    expect([late, later].map(told)).toEqual([[3], ['COUPON_SOLD_OUT']])
    expect(await counters(couponPolicyId)).toEqual({ issued: 2, held: 0, last_rank: 3, holds: 0 })
    const { rows } = await it.db.raw('SELECT kind, places FROM policy_history WHERE request_id = ?', [
      unlucky.requestId,
    ])
    const place = await waitFor('its place in the log', () =>
      it.log().find(({ value }) => value.requestId === late.requestId),
    )
    expect(rows).toEqual([{ kind: 'hold-ended', places: expect.objectContaining({ [place.partition]: place.offset }) }])
    await worker.stop()
  })

  test('leaves its coupon to a later request of the same user, and is then refused as theirs', async () => {
    const { worker, ask } = await shop(1, 'strict')
    await bug.put('new.rank = 1')
    const [unlucky, other, again] = [ask(UNLUCKY), ask(1), ask(UNLUCKY)]
    await it.ask([unlucky, other, again])
    await answered(unlucky, other, again)
    expect([unlucky, other, again].map(told)).toEqual([['COUPON_ALREADY_ISSUED'], ['COUPON_SOLD_OUT'], [2]])
    await worker.stop()
  })

  test.each([
    ['its place is kept, and before it is on its way', 'after-hold'],
    ['it is given up, and before its user is told', 'after-give-up'],
  ])('is neither lost nor decided twice by a crash after %s', async (_, point) => {
    const { worker, couponPolicyId, ask } = await shop(3, 'strict')
    await worker.stop()
    await bug.put()
    const [first, unlucky, next] = [ask(1), ask(UNLUCKY), ask(2)]
    await it.ask([first, unlucky, next])
    const doomed = await it.launchWorker({ ...retry, FAIL_AT: point })
    expect(await doomed.ended).toEqual({ code: null, signal: 'SIGKILL' })

    if (point === 'after-hold') await bug.fix()
    const heir = await it.startWorker(retry)
    await answered(first, unlucky, next)
    const outcome = point === 'after-hold' ? 2 : 'COUPON_ISSUE_FAILED'
    expect([first, unlucky, next].map(told)).toEqual([[1], [outcome], [3]])
    expect(await counters(couponPolicyId)).toMatchObject({ held: 0, holds: 0, issued: point === 'after-hold' ? 3 : 2 })
    await heir.stop()
  })
})

test('a relaxed request holds nothing while it is tried again, and is then decided by what is left', async () => {
  const { worker, couponPolicyId, ask } = await shop(2, 'relaxed')
  await bug.put()
  const [unlucky, first, second] = [ask(UNLUCKY), ask(1), ask(2)]
  await it.ask([unlucky, first, second])
  await answered(first, second)
  expect([first, second].map(told)).toEqual([[1], [2]])
  expect(await counters(couponPolicyId)).toEqual({ issued: 2, held: 0, last_rank: 2, holds: 0 })
  await answered(unlucky)
  expect(told(unlucky)).toEqual(['COUPON_SOLD_OUT'])
  const { rows } = await it.db.raw('SELECT kind FROM policy_history WHERE request_id = ?', [unlucky.requestId])
  expect(rows).toEqual([{ kind: 'decided-late' }])
  await worker.stop()
})
