import type { Outbox } from '@firstcome/outbox'
import { answer, bodyId, idempotencyKey, pathId, problem, type Route, route } from '@firstcome/service'
import type { Knex } from 'knex'
import { z } from 'zod'
import { changePolicy } from './change-policy.ts'
import { restocked } from './changes.ts'
import { mostCoupons } from './new-policy.ts'
import { presentedPolicy, presentPolicy } from './present-policy.ts'
import { noPolicyProblem, noStockProblem } from './problems.ts'
import { keepAnswer, restockKeyReused, takeKey } from './restock-keys.ts'

/**
 * `POST /api/coupon-policies/:couponPolicyId/stock`: more coupons of a policy that is not closed. With an Idempotency-Key
 * a repeated request gets the answer of the first, word for word, and adds nothing.
 */
export function restockPolicy({ db, outbox, now }: { db: Knex; outbox: Outbox; now: () => number }): Route {
  return route(
    {
      method: 'POST',
      path: '/api/coupon-policies/:couponPolicyId/stock',
      auth: 'admin',
      operationId: 'restockCouponPolicy',
      summary: 'Add coupons to a policy',
      description: `A policy that is closed takes none. With an \`Idempotency-Key\` a repeated request gets the answer of the first, word
for word, and adds nothing.`,
      params: z.object({ couponPolicyId: pathId }),
      headers: z.object({ 'idempotency-key': idempotencyKey }),
      body: z.object({ add: bodyId.max(mostCoupons) }).meta({ id: 'Restock', examples: [{ add: 500 }] }),
      answers: {
        200: answer('The policy with its new stock.', presentedPolicy, { headers: ['Idempotent-Replayed?'] }),
        404: noPolicyProblem,
        409: noStockProblem,
        422: problem({ IDEMPOTENCY_KEY_REUSED: restockKeyReused }),
      },
    },
    ({ params: { couponPolicyId: id }, headers, body: { add }, user }) =>
      db.transaction(async (trx) => {
        const key = headers['idempotency-key']
        const restock = key === undefined ? undefined : { adminId: user.id, key, policyId: id, add }
        const answered = restock && (await takeKey(trx, restock, now()))
        if (answered) return { status: 200 as const, headers: { 'Idempotent-Replayed': 'true' }, body: answered }

        const decide = (policy: Parameters<typeof restocked>[0], at: number) => restocked(policy, add, at)
        const { policy, at } = await changePolicy(trx, { outbox, now }, { id, change: 'restocked', decide })
        const body = presentPolicy(policy, at)
        if (restock) await keepAnswer(trx, restock, body)
        return { status: 200 as const, body }
      }),
  )
}
