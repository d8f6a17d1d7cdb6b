import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import type { RequestState } from '../requests/request-state.ts'
import { decodeState, decodeUuid, encodeState, encodeUuid } from './encoding.ts'

const largest = Number.MAX_SAFE_INTEGER
const owner = { userId: largest, couponPolicyId: largest }
const states: RequestState[] = [
  { status: 'PENDING', ...owner, partition: 9, offset: largest },
  { status: 'ISSUED', ...owner, couponId: v7(), rank: largest },
  { status: 'REJECTED', ...owner, reason: 'COUPON_ALREADY_ISSUED' },
  { status: 'FAILED', ...owner, reason: 'COUPON_ISSUE_FAILED' },
]

test.each(states)('a $status state comes back as it was written', (state) => {
  expect(decodeState(encodeState(state))).toEqual(state)
})

test.each(states)('the largest $status state fits into a packed hash entry of Redis (64 bytes)', (state) => {
  expect(Buffer.byteLength(encodeState(state))).toBeLessThanOrEqual(64)
})

test('a UUID takes 22 characters', () => {
  const uuid = v7()
  expect(encodeUuid(uuid)).toHaveLength(22)
  expect(decodeUuid(encodeUuid(uuid))).toBe(uuid)
})

test('a reason of a newer version is unknown to this one', () => {
  expect(decodeState('R.1.1.COUPON_ON_HOLIDAY')).toMatchObject({ status: 'REJECTED', reason: 'UNKNOWN' })
})

test.each(['', 'X.1.1', 'P.1', 'P.!.1.1.1'])('%j is refused rather than misread', (text) => {
  expect(() => decodeState(text)).toThrow()
})

test.each(['', 'x', 'not-a-uuid-at-all', '01890a5d-ac96-774b-bcce-b302099a80g7'])('%j is no UUID', (text) => {
  expect(() => encodeUuid(text)).toThrow('not a UUID')
})
