import { expect, test } from 'vitest'
import type { Policy } from '../model/policy-store.ts'
import { viewPolicy } from './policy-view.ts'

const policy: Policy = {
  couponPolicyId: 7,
  name: 'Summer',
  totalQuantity: 10,
  opensAt: 1_000,
  closesAt: 2_000,
  ordering: 'STRICT',
  createdAt: 1,
  changedAt: 1,
}

test.each([
  [999, 0, 'SCHEDULED'],
  [1_000, 0, 'OPEN'],
  [1_999, 9, 'OPEN'],
  [1_999, 10, 'SOLD_OUT'],
  [999, 10, 'SCHEDULED'],
  [2_000, 3, 'CLOSED'],
  [2_000, 10, 'CLOSED'],
])('at %d with %d issued it is %s', (now, issued, status) => {
  expect(viewPolicy(policy, issued, now)).toMatchObject({ status, issuedQuantity: issued, remaining: 10 - issued })
})

test('times are ISO 8601, and null where there is none', () => {
  expect(viewPolicy({ ...policy, opensAt: null }, 0, 0)).toEqual({
    couponPolicyId: 7,
    name: 'Summer',
    totalQuantity: 10,
    issuedQuantity: 0,
    remaining: 10,
    status: 'OPEN',
    opensAt: null,
    closesAt: '1970-01-01T00:00:02.000Z',
    ordering: 'strict',
  })
})
