import type { Outbox } from '@firstcome/outbox'
import { pathId, type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { z } from 'zod'
import { changePolicy } from './change-policy.ts'
import { closed } from './changes.ts'
import { presentPolicy } from './policy.ts'

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
      params: z.object({ couponPolicyId: pathId }),
    },
    async ({ params: { couponPolicyId: id } }) => {
      const { policy, at } = await db.transaction((trx) =>
        changePolicy(trx, { outbox, now }, { id, change: 'closed', decide: closed }),
      )
      return { status: 200, body: presentPolicy(policy, at) }
    },
  )
}
