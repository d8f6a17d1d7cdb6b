import { expect, test } from 'vitest'
import { admit } from './admit.ts'
import type { RequestState } from './request-state.ts'

const policy = { couponPolicyId: 1, totalQuantity: 10 }
const state: RequestState = { status: 'REJECTED', userId: 1, couponPolicyId: 1, reason: 'COUPON_SOLD_OUT' }

test('what is not certain goes to the log', () => {
  expect(admit(policy, { alreadyIssued: false, issued: 9 })).toEqual({ kind: 'send' })
})

test('while the read model is away everything goes to the log', () => {
  expect(admit(policy, undefined)).toEqual({ kind: 'send' })
})

test('a user with the coupon, and a coupon without stock, are refused', () => {
  expect(admit(policy, { alreadyIssued: true, issued: 3 })).toEqual({ kind: 'refuse', code: 'COUPON_ALREADY_ISSUED' })
  expect(admit(policy, { alreadyIssued: false, issued: 10 })).toEqual({ kind: 'refuse', code: 'COUPON_SOLD_OUT' })
})

test('a restock ends "sold out" by itself', () => {
  expect(admit({ ...policy, totalQuantity: 11 }, { alreadyIssued: false, issued: 10 })).toEqual({ kind: 'send' })
})

test('a request that is known is told as it stands, whatever would be refused to a new one', () => {
  const known = { state, decidedOffset: -1 }
  expect(admit(policy, { alreadyIssued: true, issued: 10, known, keyUsedFor: 1 })).toEqual({ kind: 'replay', known })
})

test('a key that was used for another policy is told so', () => {
  expect(admit(policy, { alreadyIssued: false, issued: 0, keyUsedFor: 2 })).toEqual({ kind: 'key-reused' })
  expect(admit(policy, { alreadyIssued: false, issued: 0, keyUsedFor: 1 })).toEqual({ kind: 'send' })
})
