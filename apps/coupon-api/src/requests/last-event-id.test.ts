import { expect, test } from 'vitest'
import { hasSeenAll, readLastEventId } from './last-event-id.ts'
import type { RequestState } from './request-state.ts'

const owner = { userId: 1, couponPolicyId: 1 }
const pending: RequestState = { status: 'PENDING', ...owner, partition: 0, offset: 9 }
const failed: RequestState = { status: 'FAILED', ...owner, reason: 'COUPON_ISSUE_FAILED' }
const issued: RequestState = { status: 'ISSUED', ...owner, couponId: 'x', rank: 1 }

test('an id of ours tells the place or the outcome that was seen; anything else tells nothing', () => {
  expect(readLastEventId('PENDING-3')).toEqual({ ahead: 3 })
  expect(readLastEventId('FAILED')).toEqual({ ahead: Number.POSITIVE_INFINITY, outcome: 'FAILED' })
  for (const id of [undefined, '', 'PENDING', 'PENDING--1', 'PENDING-x', 'issued', '42'])
    expect(readLastEventId(id)).toEqual({ ahead: Number.POSITIVE_INFINITY })
})

test('who has seen the outcome has seen all, unless another one followed', () => {
  const seen = (id?: string) => (state: RequestState) => hasSeenAll(readLastEventId(id), state)
  expect([pending, failed, issued].map(seen('FAILED'))).toEqual([true, true, false])
  expect([pending, failed, issued].map(seen('ISSUED'))).toEqual([true, false, true])
  expect([pending, failed, issued].map(seen('PENDING-0'))).toEqual([false, false, false])
  expect([pending, failed, issued].map(seen())).toEqual([false, false, false])
})
