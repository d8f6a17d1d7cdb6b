import { Problem } from '@firstcome/service'
import { type RejectionReason, refusals } from './reasons.ts'
import type { Outcome, Pending, RequestState } from './request-state.ts'
import { viewOutcome, viewPending } from './view-request.ts'

type Headers = Record<string, string>

/** 202: the broker has the request. */
export function accepted(requestId: string, state: Pending, decidedOffset: number, headers: Headers = {}) {
  return {
    status: 202 as const,
    headers: { Location: `/api/coupon-requests/${requestId}`, ...headers },
    body: { ...viewPending(requestId, state, decidedOffset), message: 'request created' as const },
  }
}

/** The outcome of a request that was waited for. @throws {Problem} 409 for a business no, 500 for one that was given up. */
export function decided(requestId: string, outcome: Outcome, headers: Headers) {
  const { userId, couponPolicyId } = outcome
  const members = { requestId, userId, couponPolicyId, headers }
  switch (outcome.status) {
    case 'ISSUED':
      return { status: 200 as const, headers, body: viewOutcome(requestId, outcome) }
    case 'REJECTED':
      throw refusal(outcome.reason, members)
    case 'FAILED':
      throw new Problem(500, 'COUPON_ISSUE_FAILED', givenUp, members)
  }
}

/** The same request again: told as it stands, whatever it came to, so that nobody gets a no for asking twice. */
export function replayed(requestId: string, state: RequestState, decidedOffset: number, headers: Headers = {}) {
  const all = { 'Idempotent-Replayed': 'true', ...headers }
  if (state.status === 'PENDING') return accepted(requestId, state, decidedOffset, all)
  return { status: 200 as const, headers: all, body: viewOutcome(requestId, state) }
}

export const givenUp = 'The request could not be decided and was given up.'

/** 409: a business no. The code is the reason that the worker gave, or would give. */
export function refusal(code: RejectionReason, members: { [member: string]: unknown; headers?: Headers }): Problem {
  return new Problem(409, code, refusals[code], members)
}

export function policyNotFound(couponPolicyId: number): Problem {
  return new Problem(404, 'COUPON_POLICY_NOT_FOUND', refusals.COUPON_POLICY_NOT_FOUND, { couponPolicyId })
}

/** 503 for questions that only the read model can answer. */
export function statusUnavailable(): Problem {
  return new Problem(503, 'STATUS_UNAVAILABLE', unavailable, { headers: { 'Retry-After': '1' } })
}

export const unavailable = 'The state of coupons cannot be told at the moment; requests are accepted.'

/**
 * 503: the broker did not acknowledge the request. A plain document, not a problem: its `status` is the request's, as
 * everywhere in this API, where a problem's would have to be the number. After a timeout the record may still have been
 * written, so the id is told: it can be asked for, and an Idempotency-Key makes a second try the same request.
 */
export function notAccepted(requestId: string, userId: number, couponPolicyId: number, reason: string) {
  const failed = { status: 'FAILED', code: 'COUPON_REQUEST_NOT_ACCEPTED' } as const
  return {
    status: 503 as const,
    headers: { 'Retry-After': '1' },
    body: { requestId, ...failed, reason, userId, couponPolicyId },
  }
}
