import type { CouponMetrics } from '../metrics.ts'
import { ReadModelAway } from '../model/guard.ts'
import type { Policy } from '../model/policy-store.ts'
import { policyNotFound, statusUnavailable } from '../requests/answers.ts'
import type { Policies } from './policies.ts'

/** @throws {Problem} 404 when there is no such policy, 503 when nobody can tell: the one is never said for the other. */
export async function findPolicy(
  policies: Policies,
  couponPolicyId: number,
  metrics?: Pick<CouponMetrics, 'refused'>,
): Promise<Policy> {
  const policy = await policies.find(couponPolicyId).catch((error: unknown) => {
    metrics?.refused.inc({ code: 'STATUS_UNAVAILABLE' })
    throw error instanceof ReadModelAway ? statusUnavailable() : error
  })
  if (policy) return policy
  metrics?.refused.inc({ code: 'COUPON_POLICY_NOT_FOUND' })
  throw policyNotFound(couponPolicyId)
}
