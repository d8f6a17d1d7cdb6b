import type { CouponIssueFailed } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { ReadModel } from '../model/read-model.ts'

/** Requests got no coupon: a business no is REJECTED, one that was given up after its last retry is FAILED. */
export function onIssueFailed(model: Pick<ReadModel, 'recordOutcomes'>): BatchHandler<CouponIssueFailed> {
  return async (messages) => {
    await model.recordOutcomes(
      messages.map(({ value: { requestId, userId, couponPolicyId, reason, partition, offset, failedAt } }) => ({
        requestId,
        outcome: {
          userId,
          couponPolicyId,
          ...(reason === 'COUPON_ISSUE_FAILED' ? { status: 'FAILED', reason } : { status: 'REJECTED', reason }),
        },
        partition,
        offset,
        decidedAt: failedAt,
      })),
    )
  }
}
