import type { PlacedRequest, Policy } from './decide.ts'

/** What a user can be told, without the coupon's own id and time. */
export type PlainOutcome = { rank: number } | { reason: string }

/**
 * The rules of first come, first served, as plainly as they can be said: one request at a time, everything remembered.
 * Tests hold the batch decision against it; it shares no code with it on purpose.
 */
export function oneAtATime(policies: Omit<Policy, 'issued'>[], log: PlacedRequest[]): PlainOutcome[] {
  const answered = new Map<string, PlainOutcome>()
  const winners = new Map<number, number[]>(policies.map(({ id }) => [id, []]))

  function answer({ couponPolicyId, userId, requestedAt }: PlacedRequest): PlainOutcome {
    const policy = policies.find(({ id }) => id === couponPolicyId)
    if (!policy) return { reason: 'COUPON_POLICY_NOT_FOUND' }
    const users = winners.get(couponPolicyId)!
    if (users.includes(userId)) return { reason: 'COUPON_ALREADY_ISSUED' }
    if (users.length === policy.totalQuantity) return { reason: 'COUPON_SOLD_OUT' }
    if (policy.opensAt !== null && requestedAt < policy.opensAt) return { reason: 'COUPON_NOT_OPEN' }
    if (policy.closesAt !== null && requestedAt >= policy.closesAt) return { reason: 'COUPON_CLOSED' }
    users.push(userId)
    return { rank: users.length }
  }

  return log.map((request) => {
    const before = answered.get(request.requestId)
    if (before) return before
    const outcome = answer(request)
    answered.set(request.requestId, outcome)
    return outcome
  })
}
