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

export type PolicyStatus = 'SCHEDULED' | 'OPEN' | 'SOLD_OUT' | 'CLOSED'

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

/** The policy as the HTTP API shows it. */
export function presentPolicy(policy: CouponPolicy, now: number) {
  return {
    couponPolicyId: policy.id,
    name: policy.name,
    totalQuantity: policy.totalQuantity,
    issuedQuantity: policy.issued,
    remaining: policy.totalQuantity - policy.issued,
    status: policyStatus(policy, now),
    opensAt: isoTime(policy.opensAt),
    closesAt: isoTime(policy.closesAt),
    ordering: policy.ordering,
  }
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
