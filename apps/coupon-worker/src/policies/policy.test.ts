import { describe, expect, test } from 'vitest'
import { type CouponPolicy, policyChanged, policyStatus } from './policy.ts'
import { presentPolicy } from './present-policy.ts'

const policy: CouponPolicy = {
  id: 7,
  name: 'Spring sale',
  totalQuantity: 10,
  issued: 4,
  opensAt: 1_000,
  closesAt: 2_000,
  ordering: 'strict',
  createdAt: 500,
  changedAt: 600,
}

describe('the status of a policy', () => {
  test.each([
    ['SCHEDULED', 999, {}],
    ['OPEN', 1_000, {}],
    ['OPEN', 1_999, {}],
    ['CLOSED', 2_000, {}],
    ['SOLD_OUT', 1_500, { issued: 10 }],
    ['CLOSED', 2_000, { issued: 10 }],
    ['SCHEDULED', 999, { issued: 10 }],
    ['CLOSED', 999, { closesAt: 500 }],
    ['OPEN', 0, { opensAt: null, closesAt: null }],
  ])('is %s at %i with %j', (status, now, changes) => {
    expect(policyStatus({ ...policy, ...changes }, now)).toBe(status)
  })
})

test('administrators see what is left, and times as ISO 8601', () => {
  expect(presentPolicy({ ...policy, closesAt: null }, 1_000)).toEqual({
    couponPolicyId: 7,
    name: 'Spring sale',
    totalQuantity: 10,
    issuedQuantity: 4,
    remaining: 6,
    status: 'OPEN',
    opensAt: '1970-01-01T00:00:01.000Z',
    closesAt: null,
    ordering: 'strict',
  })
})

test('the event tells what administrators decided, and leaves the count of issued coupons to the outcomes', () => {
  expect(policyChanged(policy)).toEqual({
    couponPolicyId: 7,
    name: 'Spring sale',
    totalQuantity: 10,
    opensAt: 1_000,
    closesAt: 2_000,
    ordering: 'STRICT',
    createdAt: 500,
    changedAt: 600,
  })
})
