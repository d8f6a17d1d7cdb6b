import { randomUUIDv7 } from 'node:crypto'
import { couponIssueCompleted, couponIssueFailed, couponIssueRequested, couponPolicyChanged } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { createOutbox, startRelay } from '@firstcome/outbox'
import { readConfig, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'

import { settings } from './config.ts'
import { failPoints } from './fail-points.ts'
import { startPruner } from './ledger/pruner.ts'
import { workerMetrics } from './metrics.ts'
import { onDeadLetter } from './requests/on-dead-letter.ts'
import { onRequests } from './requests/on-requests.ts'
import { onRetry } from './requests/on-retry.ts'
import { routes } from './routes.ts'

const config = readConfig(settings)
const events = [couponIssueRequested, couponIssueCompleted, couponIssueFailed, couponPolicyChanged]
const now = () => Date.now()

await run('coupon-worker', config, async (service) => {
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const { log } = service
  const worker = {
    db,
    kafka,
    log,
    now,
    newCouponId: randomUUIDv7,
    metrics: workerMetrics(service.metrics),
    failPoint: failPoints(config.failAt),
    fail: (error: Error) => service.fail(error),
  }

  service.use(startRelay({ db, kafka, log, metrics: service.metrics }))
  service.use(startPruner({ db, log, now, keepMs: config.keepDecisionsDays * 86_400_000 }))
  service.use(
    kafka
      .consumer('coupon-worker', { onRetry: onRetry(worker), onDeadLetter: onDeadLetter(worker) })
      .onBatch(couponIssueRequested, onRequests(worker)),
  )
  service.listen(routes({ db, outbox: createOutbox(kafka), now }))
})
