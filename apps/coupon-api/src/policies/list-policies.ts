import { answer, id53, limitOf, pathId, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import { orUnavailable } from '../requests/or-unavailable.ts'
import { unavailableProblem } from '../requests/problems.ts'
import { pageOf } from './page.ts'
import type { Policies } from './policies.ts'
import { policyStatuses, policyView } from './policy-view.ts'

/** What one request may cost, however few of the policies have the status that is asked for. */
const mostLookedAt = 1_000

const query = z.object({
  status: z.enum(policyStatuses).optional(),
  limit: limitOf({ most: 200, byDefault: 50 }),
  after: pathId.optional().meta({ description: '`next` of the page before.' }),
})

const page = z
  .strictObject({
    items: z.array(policyView),
    next: id53.nullable().meta({ description: 'What to ask for `after` to go on; null at the end.' }),
  })
  .meta({ id: 'CouponPolicyPage' })

/** `GET /api/coupon-policies`, for everybody: policies in the order of their ids, page by page. */
export function listPolicies({ policies, model }: ListParts) {
  return route(
    {
      method: 'GET',
      path: '/api/coupon-policies',
      auth: 'public',
      operationId: 'listCouponPolicies',
      summary: 'Coupon policies in the order of their ids, page by page',
      query,
      answers: {
        200: answer('A page. One of a single status may be short, or empty, before the end.', page),
        503: unavailableProblem,
      },
    },
    async ({ query: { status, limit, after = 0 } }) => {
      const most = status === undefined ? limit : mostLookedAt
      const { looked, issued } = await lookAt({ policies, model }, after, most + 1)
      return { status: 200, body: pageOf(looked, issued, { status, limit, most, now: Date.now() }) }
    },
  )
}

export interface ListParts {
  policies: Pick<Policies, 'after' | 'learn' | 'size'>
  model: Pick<ReadModel, 'tally' | 'everyPolicy'>
}

/** @throws {Problem} 503 STATUS_UNAVAILABLE where the read model does not answer, or is being made again */
async function lookAt({ policies, model }: ListParts, after: number, count: number) {
  const looked = policies.after(after, count)
  const tally = await orUnavailable(model.tally(looked.map(({ couponPolicyId }) => couponPolicyId)))
  if (tally.policies <= policies.size) return { looked, issued: tally.issued }

  // This replica has just started, or Redis has just come back: it has yet to hear of some.
  for (const policy of await orUnavailable(model.everyPolicy())) policies.learn(policy)
  const all = policies.after(after, count)
  const { issued } = await orUnavailable(model.tally(all.map(({ couponPolicyId }) => couponPolicyId)))
  return { looked: all, issued }
}
