import { pathId, requireOwner, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import { orUnavailable } from '../requests/or-unavailable.ts'

/** `GET /api/coupons/:userId`: the user's own coupons, the first issued first. */
export function listCoupons({ model }: { model: Pick<ReadModel, 'coupons'> }) {
  return route(
    { method: 'GET', path: '/api/coupons/:userId', auth: 'user', params: z.object({ userId: pathId }) },
    async ({ params: { userId }, user }) => {
      requireOwner(user, userId)
      const coupons = await orUnavailable(model.coupons(userId))
      return {
        status: 200,
        body: {
          userId,
          coupons: coupons.map(({ couponId, couponPolicyId, rank, issuedAt }) => ({
            couponId,
            couponPolicyId,
            rank,
            issuedAt: new Date(issuedAt).toISOString(),
          })),
        },
      }
    },
  )
}
