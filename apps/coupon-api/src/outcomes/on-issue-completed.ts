import type { CouponIssueCompleted } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { ReadModel } from '../model/read-model.ts'

/** Coupons were issued: their requests and their owners know it, and each counts once however often it is told. */
export function onIssueCompleted(model: Pick<ReadModel, 'recordOutcomes'>): BatchHandler<CouponIssueCompleted> {
  return async (messages) => {
    await model.recordOutcomes(
      messages.map(({ value: { requestId, userId, couponPolicyId, couponId, rank, partition, offset, issuedAt } }) => ({
        requestId,
        outcome: { status: 'ISSUED', userId, couponPolicyId, couponId, rank },
        partition,
        offset,
        decidedAt: issuedAt,
      })),
    )
  }
}
