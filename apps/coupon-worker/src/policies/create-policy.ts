import { couponPolicyChanged } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import { type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { insertPolicy } from './insert-policy.ts'
import { newPolicy } from './new-policy.ts'
import { policyChanged, presentPolicy } from './policy.ts'

/** A policy and the event that announces it come to be together, or not at all. */
export function createPolicy({ db, outbox, now }: { db: Knex; outbox: Outbox; now: () => number }): Route {
  return route({ method: 'POST', path: '/api/coupon-policies', auth: 'admin', body: newPolicy }, async ({ body }) => {
    const policy = await db.transaction(async (trx) => {
      const created = await insertPolicy(trx, body, now())
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
