import type { Policy } from '../model/policy-store.ts'

export const policyStatuses = ['SCHEDULED', 'OPEN', 'SOLD_OUT', 'CLOSED'] as const
export type PolicyStatus = (typeof policyStatuses)[number]

/** What anybody may see of a policy. Times are ISO 8601. */
export interface PolicyView {
  couponPolicyId: number
  name: string
  totalQuantity: number
  issuedQuantity: number
  remaining: number
  status: PolicyStatus
  opensAt: string | null
  closesAt: string | null
  ordering: 'strict' | 'relaxed'
}

/** `now` in epoch milliseconds. The clock goes before the stock: closed says closed, sold out or not. */
export function viewPolicy(policy: Policy, issued: number, now: number): PolicyView {
  const { couponPolicyId, name, totalQuantity, opensAt, closesAt, ordering } = policy
  return {
    couponPolicyId,
    name,
    totalQuantity,
    issuedQuantity: issued,
    remaining: Math.max(0, totalQuantity - issued),
    status: status(policy, issued, now),
    opensAt: iso(opensAt),
    closesAt: iso(closesAt),
    ordering: ordering === 'RELAXED' ? 'relaxed' : 'strict',
  }
}

function status({ totalQuantity, opensAt, closesAt }: Policy, issued: number, now: number): PolicyStatus {
  if (closesAt !== null && now >= closesAt) return 'CLOSED'
  if (opensAt !== null && now < opensAt) return 'SCHEDULED'
  return issued >= totalQuantity ? 'SOLD_OUT' : 'OPEN'
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
