import { couponPolicyChanged } from '@firstcome/events'
import type { Outbox } from '@firstcome/outbox'
import { answer, type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { noteInHistory } from './history.ts'
import { insertPolicy } from './insert-policy.ts'
import { newPolicy } from './new-policy.ts'
import { policyChanged } from './policy.ts'
import { presentedPolicy, presentPolicy } from './present-policy.ts'

/** `POST /api/coupon-policies`: a policy, its first line of history and the event that announces it, or nothing at all. */
export function createPolicy({ db, outbox, now }: { db: Knex; outbox: Outbox; now: () => number }): Route {
  const spec = {
    method: 'POST',
    path: '/api/coupon-policies',
    auth: 'admin',
    operationId: 'createCouponPolicy',
    summary: 'Make a coupon policy',
    description:
      'Coupons of a policy are issued to whoever asks first, one to each user, and never more than there are.',
    body: newPolicy,
    answers: { 201: answer('The policy is made.', presentedPolicy, { headers: ['Location'] }) },
  } as const

  return route(spec, async ({ body }) => {
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
