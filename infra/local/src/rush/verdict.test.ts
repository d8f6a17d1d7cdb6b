import { expect, test } from 'vitest'
import type { RushPlan } from './plan.ts'
import { type CouponOutcome, verdict } from './verdict.ts'

const plan: RushPlan = {
  users: 4,
  coupons: 2,
  askTwice: 1,
  sockets: 2,
  keys: 'some',
  firstUserId: 1,
  patient: true,
  sampleEvery: 50,
}
const policy = { issuedQuantity: 2, remaining: 0 }

/** The nth request is sent at 10 n and answered 5 later, so that every one stands before the next in the log. */
function asked(nth: number, userId: number, result: Partial<CouponOutcome>): CouponOutcome {
  const ask = { userId, learns: 'polling' } as const
  return {
    ask,
    requestId: `r${nth}`,
    couponId: `c${nth}`,
    status: 'REJECTED',
    sentAt: nth * 10,
    answeredAt: nth * 10 + 5,
    ...result,
  }
}
const fair = () => [
  asked(1, 1, { status: 'ISSUED', rank: 1 }),
  asked(2, 1, { reason: 'ALREADY_ISSUED' }),
  asked(3, 2, { status: 'ISSUED', rank: 2 }),
  asked(4, 3, { reason: 'SOLD_OUT' }),
  asked(5, 4, { reason: 'SOLD_OUT' }),
]

test('a fair rush has nothing to report', () => {
  expect(verdict(plan, fair(), policy)).toEqual([])
})

test('one coupon too many is found', () => {
  const outcomes = fair().with(3, asked(4, 3, { status: 'ISSUED', rank: 3 }))

  expect(verdict(plan, outcomes, policy)).toContain('3 coupons issued, expected exactly 2')
})

test('a user with two coupons is named', () => {
  const outcomes = fair().with(2, asked(3, 1, { status: 'ISSUED', rank: 2 }))

  expect(verdict(plan, outcomes, policy)).toEqual(['user 1 got 2 coupons: c1,c3'])
})

test('a gap in the ranks is found', () => {
  const outcomes = fair().with(2, asked(3, 2, { status: 'ISSUED', rank: 3 }))

  expect(verdict(plan, outcomes, policy)).toEqual(['rank 2 was given to nobody'])
})

test('a request without an outcome is named', () => {
  const outcomes = fair().with(4, asked(5, 4, { status: 'UNKNOWN', detail: '200 {"status":"PENDING"}' }))

  expect(verdict(plan, outcomes, policy)).toEqual([
    'user 4, request r5: no outcome but UNKNOWN 200 {"status":"PENDING"}',
  ])
})

test('a lower rank for somebody who asked after the other was accepted is overtaking', () => {
  const outcomes = fair()
    .with(0, asked(1, 1, { status: 'ISSUED', rank: 2 }))
    .with(2, asked(3, 2, { status: 'ISSUED', rank: 1 }))

  expect(verdict(plan, outcomes, policy)).toEqual(['rank 1 (user 2) asked after rank 2 (user 1) had been accepted'])
})

test('"sold out" for somebody who was accepted before a winner asked is overtaking too', () => {
  const outcomes = fair()
    .with(2, asked(3, 2, { reason: 'SOLD_OUT' }))
    .with(4, asked(5, 4, { status: 'ISSUED', rank: 2 }))

  expect(verdict(plan, outcomes, policy)).toContain('user 2 was told sold out before user 4 asked, who got rank 2')
})

test('two users with one rank are found', () => {
  const outcomes = fair().with(2, asked(3, 2, { status: 'ISSUED', rank: 1 }))

  expect(verdict(plan, outcomes, policy)).toContain('rank 1 was given 2 times')
})

test('a request that was not taken is a broken promise to who came back again and again', () => {
  const outcomes = fair().with(4, asked(5, 4, { status: 'NOT_TAKEN', detail: '503' }))

  expect(verdict(plan, outcomes, policy)).toEqual(['user 4, request r5: no outcome but NOT_TAKEN 503'])
})

test('where each request is sent once, one that was not taken leaves open who had its coupon', () => {
  const once = { ...plan, patient: false }
  const outcomes = fair().with(2, asked(3, 2, { status: 'NOT_TAKEN', detail: 'ECONNRESET' }))

  expect(verdict(once, outcomes, policy)).toEqual([])
  expect(verdict(once, outcomes.with(4, asked(5, 4, { status: 'ISSUED', rank: 1 })), policy)).not.toEqual([])
})

test('of a policy that others may have coupons of, only what one can see is judged', () => {
  const some = { ...plan, couponPolicyId: 7 }
  const outcomes = fair().with(0, asked(1, 1, { reason: 'SOLD_OUT' }))

  expect(verdict(some, outcomes, { issuedQuantity: 2, remaining: 0 })).toEqual([
    'user 1 was told sold out before user 2 asked, who got rank 2',
  ])
})

test('of a policy that was restocked meanwhile, a later coupon proves nothing against an earlier no', () => {
  const some = { ...plan, couponPolicyId: 7 }
  const outcomes = fair().with(0, asked(1, 1, { reason: 'SOLD_OUT' }))

  expect(verdict(some, outcomes, { issuedQuantity: 1, remaining: 4 })).toEqual([])
})

test('a repeated Idempotency-Key that became two requests is found', () => {
  const ask = { userId: 3, key: 'k', learns: 'polling' } as const
  const outcomes = [
    ...fair().with(3, asked(4, 3, { ask, reason: 'SOLD_OUT' })),
    asked(6, 3, { ask, reason: 'SOLD_OUT' }),
  ]

  expect(verdict(plan, outcomes, policy)).toEqual(['Idempotency-Key k became 2 requests: r4,r6'])
})

test('the policy must say the same as the users were told', () => {
  expect(verdict(plan, fair(), { issuedQuantity: 1, remaining: 1 })).toHaveLength(1)
})
