import type { CouponIssueRequested } from '@firstcome/events'
import type { Envelope, Message } from '@firstcome/kafka'
import type { PlacedRequest } from '../decide/decide.ts'

/** A request as the decision sees it: what was asked, and where in the log. */
export function placedRequest({ value, partition, offset }: Message<CouponIssueRequested>): PlacedRequest {
  const { requestId, couponPolicyId, userId, requestedAt } = value
  return { requestId, couponPolicyId, userId, requestedAt, partition, offset }
}

/** The trace that the outcome goes on with. */
export function traceOf({ headers }: Message<unknown>): Pick<Envelope, 'traceparent' | 'correlationId'> {
  return { traceparent: headers.traceparent, correlationId: headers['correlation-id'] }
}
