import { id53 } from '@firstcome/service'
import { z } from 'zod'
import { type CouponPolicy, policyStatus, policyStatuses } from './policy.ts'

/** The policy as the HTTP API shows it, here to administrators; coupon-api shows everybody the same. */
export const presentedPolicy = z
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
export type PresentedPolicy = z.output<typeof presentedPolicy>

/** `now` in epoch milliseconds. */
export function presentPolicy(policy: CouponPolicy, now: number): PresentedPolicy {
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
