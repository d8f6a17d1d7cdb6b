import { Problem } from '@firstcome/service'
import { mostCoupons } from './new-policy.ts'
import type { CouponPolicy } from './policy.ts'
import { closedToStock, stockLimit } from './problems.ts'

/** The policy with `add` coupons more. @throws {Problem} 409 where it is closed, or would have more than a policy may */
export function restocked(policy: CouponPolicy, add: number, now: number): CouponPolicy {
  if (isClosed(policy, now)) {
    throw new Problem(409, 'COUPON_POLICY_CLOSED', closedToStock, {
      couponPolicyId: policy.id,
    })
  }
  const totalQuantity = policy.totalQuantity + add
  if (totalQuantity > mostCoupons) {
    throw new Problem(409, 'COUPON_POLICY_STOCK_LIMIT', stockLimit, {
      couponPolicyId: policy.id,
      totalQuantity: policy.totalQuantity,
    })
  }
  return { ...policy, totalQuantity, changedAt: nextChange(policy, now) }
}

/** The policy closed from now on, even before it ever opened; one that is closed already stays as it is. */
export function closed(policy: CouponPolicy, now: number): CouponPolicy {
  return isClosed(policy, now) ? policy : { ...policy, closesAt: now, changedAt: nextChange(policy, now) }
}

function isClosed({ closesAt }: CouponPolicy, now: number): boolean {
  return closesAt !== null && now >= closesAt
}

/** Strictly later than the change before, whatever the clocks of two workers say: readers keep the newest by this time. */
function nextChange({ changedAt }: CouponPolicy, now: number): number {
  return Math.max(now, changedAt + 1)
}
