import { problem } from '@firstcome/service'
import { z } from 'zod'
import { givenUp, unavailable } from './answers.ts'
import { requestMembers } from './coupon-request.ts'
import { refusals } from './reasons.ts'

/** The problems of coupons as the routes declare them; they are made in answers.ts. */

const { requestId, userId, couponPolicyId } = requestMembers
const ofRequest = z.object({ requestId: requestId.optional(), userId, couponPolicyId })
const waited = ['Preference-Applied?'] as const

export const refusedProblem = problem(refusals, { members: ofRequest, headers: waited })
export const givenUpProblem = problem({ COUPON_ISSUE_FAILED: givenUp }, { members: ofRequest, headers: waited })
export const noPolicyProblem = problem(
  { COUPON_POLICY_NOT_FOUND: refusals.COUPON_POLICY_NOT_FOUND },
  { members: z.object({ couponPolicyId }) },
)
export const noRequestProblem = problem(
  { COUPON_REQUEST_NOT_FOUND: 'There is no such request.' },
  { members: z.object({ requestId: z.string() }) },
)
export const foreignProblem = problem({ FORBIDDEN: 'This belongs to another user.' })
export const unavailableProblem = problem({ STATUS_UNAVAILABLE: unavailable }, { headers: ['Retry-After'] })
