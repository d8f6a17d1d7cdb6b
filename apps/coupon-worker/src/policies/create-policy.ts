import { couponPolicyChanged } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import { type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { noteInHistory } from './history.ts'
import { insertPolicy } from './insert-policy.ts'
import { newPolicy } from './new-policy.ts'
import { policyChanged, presentPolicy } from './policy.ts'

/** `POST /api/coupon-policies`: a policy, its first line of history and the event that announces it, or nothing at all. */
export function createPolicy({ db, outbox, now }: { db: Knex; outbox: Outbox; now: () => number }): Route {
  return route({ method: 'POST', path: '/api/coupon-policies', auth: 'admin', body: newPolicy }, async ({ body }) => {
    const policy = await db.transaction(async (trx) => {
      const created = await insertPolicy(trx, body, now())
      await noteInHistory(trx, 'created', created)
      await outbox.add(trx, couponPolicyChanged, policyChanged(created))
      return created
    })
    return {
      status: 201,
      headers: { Location: `/api/coupon-policies/${policy.id}` },
      body: presentPolicy(policy, now()),
    }
  })
}
