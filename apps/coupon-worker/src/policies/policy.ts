import type { CouponPolicyChanged } from '@firstcome/events'

/** A coupon policy as its administrators see it. Times are epoch milliseconds. */
export interface CouponPolicy {
  id: number
  name: string
  totalQuantity: number
  issued: number
  opensAt: number | null
  closesAt: number | null
  ordering: 'strict' | 'relaxed'
  createdAt: number
  changedAt: number
}

export const policyStatuses = ['SCHEDULED', 'OPEN', 'SOLD_OUT', 'CLOSED'] as const
export type PolicyStatus = (typeof policyStatuses)[number]

/** Never stored: time alone changes it. The clock goes before the stock, as in the read model of coupon-api. */
export function policyStatus(
  policy: Pick<CouponPolicy, 'totalQuantity' | 'issued' | 'opensAt' | 'closesAt'>,
  now: number,
): PolicyStatus {
  if (policy.closesAt !== null && now >= policy.closesAt) return 'CLOSED'
  if (policy.opensAt !== null && now < policy.opensAt) return 'SCHEDULED'
  return policy.issued >= policy.totalQuantity ? 'SOLD_OUT' : 'OPEN'
}

/** The event by which the rest of the system learns of the policy's present state. */
export function policyChanged({ id, issued: _, ordering, ...policy }: CouponPolicy): CouponPolicyChanged {
  return { ...policy, couponPolicyId: id, ordering: ordering === 'strict' ? 'STRICT' : 'RELAXED' }
}
