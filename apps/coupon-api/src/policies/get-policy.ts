import { pathId, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import { orUnavailable } from '../requests/or-unavailable.ts'
import { findPolicy } from './find-policy.ts'
import type { Policies } from './policies.ts'
import { viewPolicy } from './policy-view.ts'

/** `GET /api/coupon-policies/:couponPolicyId`, for everybody: the policy and what is left of it. */
export function getPolicy({ policies, model }: { policies: Policies; model: Pick<ReadModel, 'issued'> }) {
  return route(
    {
      method: 'GET',
      path: '/api/coupon-policies/:couponPolicyId',
      auth: 'public',
      params: z.object({ couponPolicyId: pathId }),
    },
    async ({ params: { couponPolicyId } }) => {
      const policy = await findPolicy(policies, couponPolicyId)
      const issued = await orUnavailable(model.issued(couponPolicyId))
      return { status: 200, body: viewPolicy(policy, issued, Date.now()) }
    },
  )
}
