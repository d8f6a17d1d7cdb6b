import { answer, pathId, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import { orUnavailable } from '../requests/or-unavailable.ts'
import { noPolicyProblem, unavailableProblem } from '../requests/problems.ts'
import { findPolicy } from './find-policy.ts'
import type { Policies } from './policies.ts'
import { policyView, viewPolicy } from './policy-view.ts'

/** `GET /api/coupon-policies/:couponPolicyId`, for everybody: the policy and what is left of it. */
export function getPolicy({ policies, model }: { policies: Policies; model: Pick<ReadModel, 'issued'> }) {
  return route(
    {
      method: 'GET',
      path: '/api/coupon-policies/:couponPolicyId',
      auth: 'public',
      operationId: 'getCouponPolicy',
      summary: 'A coupon policy, and what is left of it',
      params: z.object({ couponPolicyId: pathId }),
      answers: {
        200: answer('The policy as it stands.', policyView),
        404: noPolicyProblem,
        503: unavailableProblem,
      },
    },
    async ({ params: { couponPolicyId } }) => {
      const policy = await findPolicy(policies, couponPolicyId)
      const issued = await orUnavailable(model.issued(couponPolicyId))
      return { status: 200, body: viewPolicy(policy, issued, Date.now()) }
    },
  )
}
