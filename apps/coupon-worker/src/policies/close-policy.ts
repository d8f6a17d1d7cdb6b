import type { Outbox } from '@firstcome/outbox'
import { answer, pathId, type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { z } from 'zod'
import { changePolicy } from './change-policy.ts'
import { closed } from './changes.ts'
import { presentedPolicy, presentPolicy } from './present-policy.ts'
import { noPolicyProblem } from './problems.ts'

/**
 * `POST /api/coupon-policies/:couponPolicyId/close`: who asks from now on is too late. Who was accepted before is not,
 * though the decision may come after. A policy that is closed already is told as it is.
 */
export function closePolicy({ db, outbox, now }: { db: Knex; outbox: Outbox; now: () => number }): Route {
  return route(
    {
      method: 'POST',
      path: '/api/coupon-policies/:couponPolicyId/close',
      auth: 'admin',
      operationId: 'closeCouponPolicy',
      summary: 'Close a coupon policy',
      description: `Who asks from now on is too late. Who was accepted before is not, though the decision may come after. A policy that is
closed already is told as it is.`,
      params: z.object({ couponPolicyId: pathId }),
      answers: { 200: answer('The policy is closed.', presentedPolicy), 404: noPolicyProblem },
    },
    async ({ params: { couponPolicyId: id } }) => {
      const { policy, at } = await db.transaction((trx) =>
        changePolicy(trx, { outbox, now }, { id, change: 'closed', decide: closed }),
      )
      return { status: 200, body: presentPolicy(policy, at) }
    },
  )
}
