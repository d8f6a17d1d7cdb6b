import type { CouponIssueRequested } from '@firstcome/events'
import type { FirstRetry, Message } from '@firstcome/kafka'
import type { Knex } from 'knex'
import type { FailPoint } from '../fail-points.ts'
import { holdRequest } from '../ledger/hold-request.ts'
import { placedRequest } from './placed-request.ts'

/** A request that failed on its own, and leaves its place in the log: the ledger keeps it for it, before anybody behind it is decided. Safe to repeat. */
export function onRetry({
  db,
  now,
  failPoint,
}: {
  db: Knex
  now: () => number
  failPoint: (point: FailPoint) => void
}): (retry: FirstRetry) => Promise<void> {
  return async ({ message, clusterId, topic, partition, highWatermark }) => {
    // The consumer has one topic, whose contract this message was decoded by.
    const requests = [placedRequest(message as Message<CouponIssueRequested>)]
    await holdRequest(db, { clusterId, topic, partition, highWatermark, requests }, now())
    failPoint('after-hold')
  }
}
