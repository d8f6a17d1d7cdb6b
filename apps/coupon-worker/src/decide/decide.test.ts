import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryCuts, arbitraryLog, arbitraryPolicies, cut } from './arbitrary-log.ts'
import { decide, type Known, type PlacedRequest } from './decide.ts'
import { oneAtATime, type PlainOutcome } from './one-at-a-time.ts'
import type { Outcome } from './outcome.ts'
import type { Policy, PolicyTerms } from './shelf.ts'

const context = { now: 1_000, newCouponId: () => 'coupon' }
const terms: PolicyTerms = { id: 1, totalQuantity: 2, ordering: 'strict', opensAt: 100, closesAt: 200 }
const untouched = { issued: 0, held: 0, lastRank: 0 }
const policy: Policy = { ...terms, ...untouched }
const nothingKnown: Known = { policies: [policy], claims: [], holds: [], rejections: [] }

const request = (userId: number, changes: Partial<PlacedRequest> = {}): PlacedRequest => ({
  requestId: `request-${userId}`,
  couponPolicyId: 1,
  userId,
  requestedAt: 150,
  partition: 3,
  offset: userId,
  ...changes,
})

const plain = (outcome: Outcome): PlainOutcome =>
  outcome.kind === 'issued' ? { rank: outcome.coupon.rank } : { reason: outcome.reason }

function answers(requests: PlacedRequest[], known: Known = nothingKnown): PlainOutcome[] {
  return decide(known, requests, context).outcomes.map(plain)
}

describe('decide', () => {
  test('gives the stock to the first who ask, and ranks them in the order of the log', () => {
    expect(answers([request(7), request(5), request(6)])).toEqual([
      { rank: 1 },
      { rank: 2 },
      { reason: 'COUPON_SOLD_OUT' },
    ])
  })

  test('goes on from the stock and the ranks that earlier batches left', () => {
    const known = { ...nothingKnown, policies: [{ ...policy, issued: 1, lastRank: 1 }] }
    expect(answers([request(7), request(8)], known)).toEqual([{ rank: 2 }, { reason: 'COUPON_SOLD_OUT' }])
  })

  test('gives a user one coupon, however often they ask', () => {
    expect(answers([request(7), request(7, { requestId: 'another' })])).toEqual([
      { rank: 1 },
      { reason: 'COUPON_ALREADY_ISSUED' },
    ])
  })

  test('gives a second copy of a winning request the coupon of the first', () => {
    const { outcomes, issued } = decide(
      nothingKnown,
      [request(7), request(7, { offset: 99, requestedAt: 900 })],
      context,
    )
    expect(outcomes[1]).toEqual(outcomes[0])
    expect(issued).toHaveLength(1)
    expect(issued[0]).toMatchObject({ userId: 7, rank: 1, partition: 3, offset: 7, issuedAt: 1_000 })
  })

  test('a request that came too early stays refused, even when a copy of it was accepted in time', () => {
    const early = request(7, { requestedAt: 99 })
    expect(answers([early, request(7, { offset: 8 })])).toEqual([
      { reason: 'COUPON_NOT_OPEN' },
      { reason: 'COUPON_NOT_OPEN' },
    ])
    const remembered = decide(nothingKnown, [early], context).refused
    expect(answers([request(7)], { ...nothingKnown, rejections: remembered })).toEqual([{ reason: 'COUPON_NOT_OPEN' }])
  })

  test.each([
    [99, { reason: 'COUPON_NOT_OPEN' }],
    [100, { rank: 1 }],
    [199, { rank: 1 }],
    [200, { reason: 'COUPON_CLOSED' }],
  ])('is open from opensAt up to, not including, closesAt: accepted at %i', (requestedAt, expected) => {
    expect(answers([request(7, { requestedAt })])).toEqual([expected])
  })

  test('a request that was sold out stays so, when its client repeats it after a restock; another of the user is served', () => {
    const [keyed, keyless] = ['00000000-0000-5000-8000-000000000001', '00000000-0000-7000-8000-000000000002']
    const soldOut = { ...nothingKnown, policies: [{ ...policy, issued: 2, lastRank: 2 }] }
    const { outcomes, refused } = decide(
      soldOut,
      [request(7, { requestId: keyed }), request(8, { requestId: keyless })],
      context,
    )
    expect(outcomes.map(plain)).toEqual([{ reason: 'COUPON_SOLD_OUT' }, { reason: 'COUPON_SOLD_OUT' }])
    expect(refused).toEqual([{ requestId: keyed, reason: 'COUPON_SOLD_OUT' }])

    const restocked = {
      ...soldOut,
      policies: [{ ...policy, totalQuantity: 4, issued: 2, lastRank: 2 }],
      rejections: refused,
    }
    expect(answers([request(7, { requestId: keyed }), request(7)], restocked)).toEqual([
      { reason: 'COUPON_SOLD_OUT' },
      { rank: 3 },
    ])
  })

  test('knows no coupon of a policy that does not exist', () => {
    expect(answers([request(7, { couponPolicyId: 4 })])).toEqual([{ reason: 'COUPON_POLICY_NOT_FOUND' }])
  })

  test('gives the outcomes of deciding one at a time, however the log is cut into batches', () => {
    fc.assert(
      fc.property(arbitraryPolicies, arbitraryLog, arbitraryCuts, (policies, log, cuts) => {
        expect(inBatches(policies, cut(log, cuts))).toEqual(oneAtATime(policies, log))
      }),
      { numRuns: 2_000 },
    )
  })
})

/** Decides batch after batch, keeping what a ledger keeps, and showing each batch only what bears upon it. */
function inBatches(policies: PolicyTerms[], batches: PlacedRequest[][]): PlainOutcome[] {
  const all: Known = {
    policies: policies.map((each) => ({ ...each, ...untouched })),
    claims: [],
    holds: [],
    rejections: [],
  }
  return batches.flatMap((batch) => {
    const known: Known = {
      holds: [],
      policies: all.policies.filter(({ id }) => batch.some((asked) => asked.couponPolicyId === id)),
      claims: all.claims.filter((claim) =>
        batch.some((asked) => asked.userId === claim.userId && asked.couponPolicyId === claim.policyId),
      ),
      rejections: all.rejections.filter(({ requestId }) => batch.some((asked) => asked.requestId === requestId)),
    }
    const { outcomes, issued, refused } = decide(known, batch, context)
    all.claims.push(...issued)
    all.rejections.push(...refused)
    all.policies = all.policies.map((each) => {
      const issued = all.claims.filter(({ policyId }) => policyId === each.id).length
      return { ...each, issued, lastRank: issued }
    })
    return outcomes.map(plain)
  })
}
