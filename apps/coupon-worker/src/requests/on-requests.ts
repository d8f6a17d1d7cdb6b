import { once } from 'node:events'
import type { CouponIssueRequested } from '@firstcome/events'
import type { BatchHandler, Kafka } from '@firstcome/kafka'
import type { Knex } from 'knex'
import type { FailPoint } from '../fail-points.ts'
import { settleBatch } from '../ledger/ledger.ts'
import { PositionError } from '../ledger/position-error.ts'
import type { WorkerMetrics } from '../metrics.ts'
import { outcomeEvent } from './outcome-event.ts'
import { placedRequest, traceOf } from './placed-request.ts'

export interface RequestDependencies {
  db: Knex
  kafka: Pick<Kafka, 'encode' | 'sendRecords'>
  metrics: WorkerMetrics
  now: () => number
  newCouponId: () => string
  failPoint: (point: FailPoint) => void
  /** Ends the process: the log is not the one that was decided. */
  fail: (error: Error) => void
}

/**
 * Decides a batch of one partition, and tells the outcomes while the next one is decided; the runtime commits the offset when
 * they are told. A crash between any two of these steps repeats the rest: what was decided is read back from the ledger and
 * told again.
 */
export function onRequests({
  db,
  kafka,
  failPoint,
  ...worker
}: RequestDependencies): BatchHandler<CouponIssueRequested> {
  return async (messages, { clusterId, topic, partition, highWatermark, late, log, signal }) => {
    const batch = { clusterId, topic, partition, highWatermark, late, requests: messages.map(placedRequest) }
    failPoint('before-decide')
    const decided = worker.metrics.startBatch()
    const settlement = await settleBatch(db, batch, { ...worker, signal }).catch(async (error) => {
      if (error instanceof PositionError) {
        worker.fail(error)
        // The consumer stops after the HTTP requests in flight, and until then a message that fails would leave its place.
        if (!signal.aborted) await once(signal, 'abort')
      }
      throw error
    })
    decided(settlement.answers, worker.now())
    if (settlement.gap > 0) {
      log.warn(
        { gap: settlement.gap, before: batch.requests[0]!.offset },
        'offsets never decided: dead letters, or cut off by retention',
      )
    }
    failPoint('after-decide')
    const events = settlement.answers.map((answer, i) => outcomeEvent(kafka, answer, traceOf(messages[i]!)))
    return { told: kafka.sendRecords(events).then(() => failPoint('after-publish')) }
  }
}
