import { id53 } from '@firstcome/service'
import { z } from 'zod'
import type { Policy } from '../model/policy-store.ts'

export const policyStatuses = ['SCHEDULED', 'OPEN', 'SOLD_OUT', 'CLOSED'] as const
export type PolicyStatus = (typeof policyStatuses)[number]

/** What anybody may see of a policy; coupon-worker shows its administrators the same. */
export const policyView = z
  .strictObject({
    couponPolicyId: id53,
    name: z.string(),
    totalQuantity: id53,
    issuedQuantity: z.int().min(0),
    remaining: z.int().min(0),
    status: z
      .enum(policyStatuses)
      .meta({ description: 'The clock goes before the stock: closed says closed, sold out or not.' }),
    opensAt: z.iso.datetime().nullable().meta({ description: 'null: open from the beginning.' }),
    closesAt: z.iso.datetime().nullable().meta({ description: 'null: open until it is closed, or for ever.' }),
    ordering: z.enum(['strict', 'relaxed']).meta({
      description:
        'strict: a request that has to be tried again keeps its place in the queue, and a coupon is held for it.',
    }),
  })
  .meta({
    id: 'CouponPolicy',
    examples: [
      {
        couponPolicyId: 1,
        name: 'Spring sale',
        totalQuantity: 1000,
        issuedQuantity: 118,
        remaining: 882,
        status: 'OPEN',
        opensAt: '2026-03-01T03:00:00.000Z',
        closesAt: null,
        ordering: 'strict',
      },
    ],
  })
export type PolicyView = z.output<typeof policyView>

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
