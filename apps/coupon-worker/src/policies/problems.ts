import { id53, problem } from '@firstcome/service'
import { z } from 'zod'
import { mostCoupons } from './new-policy.ts'

export const noSuchPolicy = 'There is no such coupon policy.'
export const closedToStock = 'A closed coupon policy takes no more stock.'
export const stockLimit = `A coupon policy has ${mostCoupons} coupons at most.`

/** The problems of policies as the routes declare them. */
export const noPolicyProblem = problem(
  { COUPON_POLICY_NOT_FOUND: noSuchPolicy },
  { members: z.object({ couponPolicyId: id53 }) },
)
export const noStockProblem = problem(
  { COUPON_POLICY_CLOSED: closedToStock, COUPON_POLICY_STOCK_LIMIT: stockLimit },
  { members: z.object({ couponPolicyId: id53, totalQuantity: id53.optional() }) },
)
