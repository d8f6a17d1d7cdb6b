import { answer, id53, pathId, requireOwner, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import { orUnavailable } from '../requests/or-unavailable.ts'
import { foreignProblem, unavailableProblem } from '../requests/problems.ts'

const coupon = z
  .strictObject({
    couponId: z.uuid(),
    couponPolicyId: id53,
    rank: id53.meta({ description: 'Of the coupons of its policy, in the order of the log: 1 is the first.' }),
    issuedAt: z.iso.datetime(),
  })
  .meta({ id: 'Coupon' })

const couponsOfUser = z.strictObject({ userId: id53, coupons: z.array(coupon) }).meta({
  id: 'CouponsOfUser',
  examples: [
    {
      userId: 42,
      coupons: [
        {
          couponId: '019aa5f2-1d02-7a44-9c35-0d2f8e6b7c11',
          couponPolicyId: 1,
          rank: 118,
          issuedAt: '2026-03-01T03:00:00.258Z',
        },
      ],
    },
  ],
})

/** `GET /api/coupons/:userId`: the user's own coupons, the first issued first. */
export function listCoupons({ model }: { model: Pick<ReadModel, 'coupons'> }) {
  return route(
    {
      method: 'GET',
      path: '/api/coupons/:userId',
      auth: 'user',
      operationId: 'listCoupons',
      summary: 'The coupons of a user, the first issued first',
      params: z.object({ userId: pathId }),
      answers: {
        200: answer('All of them.', couponsOfUser),
        403: foreignProblem,
        503: unavailableProblem,
      },
    },
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
