import { couponIssueCompleted, couponIssueFailed } from '@firstcome/events'
import type { EncodedRecord, Envelope, Kafka } from '@firstcome/kafka'
import type { Answer } from '../ledger/snapshot.ts'
import { decisionEventId, givenUpEventId } from './event-id.ts'

/**
 * What is published about an answer. Everything in it comes from the ledger and the request, so that an answer told again
 * is the same record again. `trace` is the trace of the request.
 */
export function outcomeEvent(
  kafka: Pick<Kafka, 'encode'>,
  { request, outcome, decidedAt }: Answer,
  trace: Pick<Envelope, 'traceparent' | 'correlationId'>,
): EncodedRecord {
  const { requestId, couponPolicyId, userId, partition, offset } = request
  const decision = { ...trace, id: decisionEventId(requestId), time: decidedAt }

  if (outcome.kind === 'issued') {
    const { coupon } = outcome
    const place = { partition: coupon.partition, offset: coupon.offset }
    return kafka.encode(
      couponIssueCompleted,
      {
        requestId,
        couponId: coupon.couponId,
        couponPolicyId,
        userId,
        rank: coupon.rank,
        ...place,
        issuedAt: coupon.issuedAt,
      },
      { ...decision, time: coupon.issuedAt },
    )
  }
  const failure = { requestId, couponPolicyId, userId, partition, offset, failedAt: decidedAt }
  if (outcome.kind === 'rejected')
    return kafka.encode(couponIssueFailed, { ...failure, reason: outcome.reason }, decision)
  return kafka.encode(
    couponIssueFailed,
    { ...failure, reason: 'COUPON_ISSUE_FAILED' },
    { ...decision, id: givenUpEventId(requestId) },
  )
}
