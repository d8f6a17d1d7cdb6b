import { decide, type Known, type PlacedRequest } from './decide.ts'
import type { Hold } from './outcome.ts'

/**
 * What a request keeps that fails here, in its turn, and is tried again later: the unit and the rank that it would have been
 * issued. Nothing where it would have been refused, where its user holds a unit already, or where the policy is `relaxed`.
 */
export function holdPlace(known: Known, request: PlacedRequest): Hold | undefined {
  const { couponPolicyId, userId } = request
  if (known.policies.find(({ id }) => id === couponPolicyId)?.ordering !== 'strict') return undefined
  if (known.holds.some((hold) => hold.policyId === couponPolicyId && hold.userId === userId)) return undefined
  const { issued } = decide(known, [request], { now: 0, newCouponId: () => '' })
  // A copy of a request that won before wins nothing new.
  const [coupon] = issued
  if (!coupon) return undefined
  const { couponId: _, issuedAt: __, ...hold } = coupon
  return hold
}
