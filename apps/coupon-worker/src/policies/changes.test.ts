import { describe, expect, test } from 'vitest'
import { closed, restocked } from './changes.ts'
import type { CouponPolicy } from './policy.ts'

const policy: CouponPolicy = {
  id: 7,
  name: 'Spring sale',
  totalQuantity: 10,
  issued: 10,
  opensAt: 1_000,
  closesAt: 2_000,
  ordering: 'strict',
  createdAt: 500,
  changedAt: 600,
}

describe('a restock', () => {
  test('adds to the stock and touches nothing else, before the policy opens and while it is open', () => {
    expect(restocked(policy, 5, 700)).toEqual({ ...policy, totalQuantity: 15, changedAt: 700 })
    expect(restocked(policy, 5, 1_999)).toEqual({ ...policy, totalQuantity: 15, changedAt: 1_999 })
  })

  test('is refused once the policy is closed', () => {
    expect(() => restocked(policy, 5, 2_000)).toThrow(
      expect.objectContaining({ status: 409, code: 'COUPON_POLICY_CLOSED' }),
    )
  })

  test('goes up to a thousand million coupons in all, and no further', () => {
    expect(restocked(policy, 999_999_990, 1_500).totalQuantity).toBe(1_000_000_000)
    expect(() => restocked(policy, 999_999_991, 1_500)).toThrow(
      expect.objectContaining({ status: 409, code: 'COUPON_POLICY_STOCK_LIMIT' }),
    )
  })
})

describe('an early end', () => {
  test.each([
    ['before it opens', 700, {}],
    ['while it is open', 1_500, {}],
    ['of a policy without end', 1_500, { closesAt: null }],
  ])('%s is now', (_, now, over) => {
    expect(closed({ ...policy, ...over }, now)).toEqual({ ...policy, closesAt: now, changedAt: now })
  })

  test('changes nothing of a policy that is closed already', () => {
    expect(closed(policy, 2_000)).toBe(policy)
  })
})

test('the time of a change only ever grows, whatever the clock says', () => {
  expect(restocked(policy, 5, 600).changedAt).toBe(601)
  expect(restocked(policy, 5, 300).changedAt).toBe(601)
  expect(closed(policy, 300)).toMatchObject({ closesAt: 300, changedAt: 601 })
})
