import { couponIssueCompleted, couponIssueFailed, couponIssueRequested, couponPolicyChanged } from '@firstcome/events'
import { connectKafka, source } from '@firstcome/kafka'
import { readConfig, run } from '@firstcome/service'
import { settings } from './config.ts'
import { createCouponMetrics } from './metrics.ts'
import { connectReadModel } from './model/connect.ts'
import { consumeOutcomes, group } from './outcomes/consume.ts'
import { hearPolicies } from './outcomes/hear-policies.ts'
import { onIssueCompleted } from './outcomes/on-issue-completed.ts'
import { onIssueFailed } from './outcomes/on-issue-failed.ts'
import { createProgress } from './outcomes/progress.ts'
import { subscribe } from './outcomes/subscription.ts'
import { createWaitingRoom } from './outcomes/waiting-room.ts'
import { heardAll } from './policies/heard-all.ts'
import { onPolicyChanged } from './policies/on-policy-changed.ts'
import { createPolicies } from './policies/policies.ts'
import { keepComplete } from './rebuild/keep-complete.ts'
import { modelMarks } from './rebuild/marks.ts'
import { onIssueRequested } from './rebuild/on-issue-requested.ts'
import { createPendingNotes } from './requests/pending-notes.ts'
import { routes } from './routes.ts'

const config = readConfig(settings)

await run('coupon-api', config, async (service) => {
  const { outcomeBatch, modelCheckMs, policyWaitMs } = config.coupons
  const { log } = service
  const events = [couponPolicyChanged, couponIssueRequested, couponIssueCompleted, couponIssueFailed]
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const { model, redis } = service.use(connectReadModel(config.redis, config.coupons, log))

  const policies = createPolicies({
    lookUp: model.policy,
    heardAll: heardAll({ kafka, group, topic: couponPolicyChanged.topic, patienceMs: 1_000 }),
    patienceMs: policyWaitMs,
  })
  const note = createPendingNotes(model)
  const room = createWaitingRoom()
  const progress = createProgress()
  const metrics = createCouponMetrics(service.metrics, {
    waiters: () => room.size,
    readModelAvailable: model.available,
  })

  service.use(subscribe({ redis, model, room, progress, onPolicy: policies.learn, log }))
  const sources = [
    source(couponPolicyChanged, onPolicyChanged(model)),
    source(couponIssueCompleted, onIssueCompleted(model)),
    source(couponIssueFailed, onIssueFailed(model)),
  ]
  service.use(hearPolicies({ kafka, group, policies, log }))
  // Asks what the group has consumed, so before it begins.
  service.use(
    keepComplete({
      kafka,
      group,
      sources: [...sources, source(couponIssueRequested, onIssueRequested(model, progress))],
      marks: modelMarks(redis),
      batch: outcomeBatch,
      everyMs: modelCheckMs,
      log,
    }),
  )
  service.use(consumeOutcomes(kafka, sources, outcomeBatch))
  service.listen(routes({ kafka, model, note, policies, room, progress, metrics, settings: config.coupons }))
})
