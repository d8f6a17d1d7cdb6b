import { Problem, type Reply } from '@firstcome/service'
import type { Outcome, Pending, RequestState } from './request-state.ts'
import { viewRequest } from './view-request.ts'

type Headers = Record<string, string>

/** 202: the broker has the request. */
export function accepted(requestId: string, state: Pending, decidedOffset: number, headers: Headers = {}): Reply {
  return {
    status: 202,
    headers: { Location: `/api/coupon-requests/${requestId}`, ...headers },
    body: { ...viewRequest(requestId, state, decidedOffset), message: 'request created' },
  }
}

/** The outcome of a request that was waited for. @throws {Problem} 409 for a business no, 500 for one that was given up. */
export function decided(requestId: string, outcome: Outcome, headers: Headers): Reply {
  const { userId, couponPolicyId } = outcome
  const members = { requestId, userId, couponPolicyId, headers }
  switch (outcome.status) {
    case 'ISSUED':
      return { status: 200, headers, body: viewRequest(requestId, outcome, -1) }
    case 'REJECTED':
      throw refusal(outcome.reason, members)
    case 'FAILED':
      throw new Problem(500, 'COUPON_ISSUE_FAILED', 'The request could not be decided and was given up.', members)
  }
}

/** The same request again: told as it stands, whatever it came to, so that nobody gets a no for asking twice. */
export function replayed(requestId: string, state: RequestState, decidedOffset: number, headers: Headers = {}): Reply {
  const all = { 'Idempotent-Replayed': 'true', ...headers }
  if (state.status === 'PENDING') return accepted(requestId, state, decidedOffset, all)
  return { status: 200, headers: all, body: viewRequest(requestId, state, decidedOffset) }
}

const refusals: Record<string, string> = {
  COUPON_ALREADY_ISSUED: 'This user has the coupon already.',
  COUPON_SOLD_OUT: 'All coupons are issued.',
  COUPON_NOT_OPEN: 'The coupon cannot be asked for yet.',
  COUPON_CLOSED: 'The coupon can no longer be asked for.',
}

/** 409: a business no. The code is the reason that the worker gave, or would give. */
export function refusal(code: string, members: { [member: string]: unknown; headers?: Headers }): Problem {
  return new Problem(409, code, refusals[code] ?? 'The coupon was refused.', members)
}

export function policyNotFound(couponPolicyId: number): Problem {
  return new Problem(404, 'COUPON_POLICY_NOT_FOUND', 'There is no such coupon policy.', { couponPolicyId })
}

/** 503 for questions that only the read model can answer. */
export function statusUnavailable(): Problem {
  return new Problem(
    503,
    'STATUS_UNAVAILABLE',
    'The state of coupons cannot be told at the moment; requests are accepted.',
    {
      headers: { 'Retry-After': '1' },
    },
  )
}

/**
 * 503: the broker did not acknowledge the request. A plain document, not a problem: its `status` is the request's, as
 * everywhere in this API, where a problem's would have to be the number. After a timeout the record may still have been
 * written, so the id is told: it can be asked for, and an Idempotency-Key makes a second try the same request.
 */
export function notAccepted(requestId: string, userId: number, couponPolicyId: number, reason: string): Reply {
  return {
    status: 503,
    headers: { 'Retry-After': '1' },
    body: { requestId, status: 'FAILED', code: 'COUPON_REQUEST_NOT_ACCEPTED', reason, userId, couponPolicyId },
  }
}
