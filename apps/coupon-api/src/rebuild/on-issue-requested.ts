import type { CouponIssueRequested } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { ReadModel } from '../model/read-model.ts'
import type { Progress } from '../outcomes/progress.ts'

/**
 * Only when the model is made again: requests that wait for their outcome are known again, at their places. Those that are
 * known to be decided are passed over; of any other the outcome, whenever it is read, is preferred.
 */
export function onIssueRequested(
  model: Pick<ReadModel, 'remember'>,
  progress: Pick<Progress, 'of'>,
): BatchHandler<CouponIssueRequested> {
  return async (messages) => {
    const waiting = messages.filter(({ partition, offset }) => offset > progress.of(partition))
    await Promise.all(
      waiting.map(({ value: { requestId, userId, couponPolicyId }, partition, offset }) =>
        model.remember({ requestId, state: { status: 'PENDING', userId, couponPolicyId, partition, offset } }),
      ),
    )
  }
}
