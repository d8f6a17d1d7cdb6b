import type { Policy } from '../model/policy-store.ts'
import { type PolicyStatus, type PolicyView, viewPolicy } from './policy-view.ts'

/** `next` is what to ask for `after` to go on, null at the end. A filtered page may be short, or empty, before the end. */
export interface PolicyPage {
  items: PolicyView[]
  next: number | null
}

export interface PageOptions {
  status: PolicyStatus | undefined
  limit: number
  /** How many of `policies` are looked at; one more only shows that there is more. */
  most: number
  /** Epoch milliseconds. */
  now: number
}

/** `issued[i]` are the coupons issued of `policies[i]`, which come in the order of their ids. */
export function pageOf(policies: Policy[], issued: number[], { status, limit, most, now }: PageOptions): PolicyPage {
  const views = policies.slice(0, most).map((policy, index) => viewPolicy(policy, issued[index]!, now))
  const found = status === undefined ? views : views.filter((view) => view.status === status)
  const items = found.slice(0, limit)
  if (found.length > limit) return { items, next: items.at(-1)!.couponPolicyId }
  return { items, next: policies.length > most ? views.at(-1)!.couponPolicyId : null }
}
