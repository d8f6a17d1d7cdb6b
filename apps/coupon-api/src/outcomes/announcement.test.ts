import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { encodeState, encodeUuid } from '../model/encoding.ts'
import type { Outcome } from '../requests/request-state.ts'
import { announcedOutcomes, announcedProgress } from './announcement.ts'

test('an announcement tells progress and outcomes', () => {
  const requestId = v7()
  const outcome: Outcome = { status: 'REJECTED', userId: 4, couponPolicyId: 2, reason: 'COUPON_SOLD_OUT' }
  const message = `3:1041 7:90\n${encodeUuid(requestId)} ${encodeState(outcome)}`
  expect(announcedProgress(message)).toEqual([
    [3, 1041],
    [7, 90],
  ])
  expect([...announcedOutcomes(message)]).toEqual([[requestId, outcome]])
})

test('either part may be missing', () => {
  expect(announcedProgress('')).toEqual([])
  expect([...announcedOutcomes('3:1041')]).toEqual([])
})
