import { couponIssueCompleted, couponIssueFailed, couponIssueRequested, couponPolicyChanged } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { readConfig, run } from '@firstcome/service'
import { settings } from './config.ts'
import { listCoupons } from './coupons/list-coupons.ts'
import { createCouponMetrics } from './metrics.ts'
import { connectReadModel } from './model/connect.ts'
import { onIssueCompleted } from './outcomes/on-issue-completed.ts'
import { onIssueFailed } from './outcomes/on-issue-failed.ts'
import { createProgress } from './outcomes/progress.ts'
import { subscribe } from './outcomes/subscription.ts'
import { createWaitingRoom } from './outcomes/waiting-room.ts'
import { getPolicy } from './policies/get-policy.ts'
import { onPolicyChanged } from './policies/on-policy-changed.ts'
import { createPolicies } from './policies/policies.ts'
import { askForCoupon } from './requests/ask-for-coupon.ts'
import { getRequest } from './requests/get-request.ts'
import { createPendingNotes } from './requests/pending-notes.ts'
import { streamRequest } from './requests/stream-request.ts'

const config = readConfig(settings)

await run('coupon-api', config, async (service) => {
  const { acceptTimeoutMs, waiters, outcomeBatch, policyWaitMs, policyAbsenceMs } = config.coupons
  const { log } = service
  const events = [couponPolicyChanged, couponIssueRequested, couponIssueCompleted, couponIssueFailed]
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const { model, redis } = service.use(connectReadModel(config.redis, config.coupons, log))

  const policies = createPolicies({ lookUp: model.policy, patienceMs: policyWaitMs, absenceMs: policyAbsenceMs })
  const notes = createPendingNotes(model.remember)
  const room = createWaitingRoom()
  const progress = createProgress()
  const metrics = createCouponMetrics(service.metrics, {
    waiters: () => room.size,
    readModelAvailable: model.available,
  })

  service.use(
    subscribe({ redis, model, room, progress, onPolicy: policies.learn, onCaughtUp: () => void notes.catchUp(), log }),
  )
  service.use(
    kafka
      .consumer('coupon-api', { maxPollRecords: outcomeBatch })
      .onBatch(couponPolicyChanged, onPolicyChanged(model))
      .onBatch(couponIssueCompleted, onIssueCompleted(model))
      .onBatch(couponIssueFailed, onIssueFailed(model)),
  )
  service.listen([
    askForCoupon({ kafka, model, notes, policies, room, progress, metrics, acceptTimeoutMs, waiters }),
    getRequest({ model }),
    streamRequest({ model, room, progress, waiters, streams: metrics.streams }),
    listCoupons({ model }),
    getPolicy({ policies, model }),
  ])
})
