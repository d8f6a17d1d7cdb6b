import type { CouponIssueRequested } from '@firstcome/events'
import type { DeadLetter, Kafka, Message } from '@firstcome/kafka'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { FailPoint } from '../fail-points.ts'
import { giveUp } from '../ledger/give-up.ts'
import { outcomeEvent } from './outcome-event.ts'
import { placedRequest, traceOf } from './placed-request.ts'

/**
 * A request that lies in the dead-letter topic now: notes it in the ledger and tells its user FAILED. One that could not be
 * decoded has no user to tell. Safe to repeat.
 */
export function onDeadLetter({
  db,
  kafka,
  log,
  now,
  failPoint,
}: {
  db: Knex
  kafka: Pick<Kafka, 'clusterId' | 'encode' | 'sendRecords'>
  log: Logger
  now: () => number
  failPoint: (point: FailPoint) => void
}): (letter: DeadLetter) => Promise<void> {
  return async ({ topic, partition, offset, message, code, reason }) => {
    if (message === undefined) {
      log.error(
        { topic, partition, offset, code, reason },
        'a record that is no coupon request went to the dead letters',
      )
      return
    }
    // The consumer has one topic, whose contract this message was decoded by.
    const request = placedRequest(message as Message<CouponIssueRequested>)
    const { userId, couponPolicyId, requestId } = request
    log.error(
      { userId, couponPolicyId, requestId, topic, partition, offset, code, reason },
      'a coupon request was given up',
    )
    const batch = { clusterId: kafka.clusterId, topic, partition, highWatermark: offset + 1, requests: [request] }
    const answer = await giveUp(db, batch, now())
    failPoint('after-give-up')
    await kafka.sendRecords([outcomeEvent(kafka, answer, traceOf(message))])
  }
}
