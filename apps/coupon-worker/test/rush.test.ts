import { couponIssueRequested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { rushLog, seeded } from './rush-log.ts'
import { createPolicy, stage } from './stage.ts'
import { expectedOutcomes, ranksOf, toldOutcomes, upTo } from './verdict.ts'

const it = await stage()

test('a rush through Kafka: the first in the log win, each once, and everybody is told exactly one outcome', async () => {
  const worker = await it.startWorker()
  const open = { totalQuantity: 300, opensAt: null, closesAt: null }
  const rushed = await createPolicy(worker, { name: 'Rush', totalQuantity: 300 })
  const opensAt = Date.now() + 3_600_000
  const early = await createPolicy(worker, {
    name: 'Later',
    totalQuantity: 5,
    opensAt: new Date(opensAt).toISOString(),
  })
  const policies = [
    { ...open, id: rushed },
    { id: early, totalQuantity: 5, opensAt, closesAt: null },
  ]

  const inTime = (userId: number) => ({ requestId: uuidv7(), couponPolicyId: early, userId, requestedAt: opensAt })
  const requests = [
    ...rushLog(rushed, 3_000, seeded(7)),
    ...[1, 2, 3].map((userId) => ({ ...inTime(userId), requestedAt: opensAt - 1 })),
    ...[1, 2, 4].map(inTime),
    { ...inTime(1), couponPolicyId: 999 },
  ]
  await it.ask(requests)
  await it.allAnswered(requests)

  const told = toldOutcomes(it.outcomes)
  expect(told).toEqual(expectedOutcomes(it, policies))
  const rushedIds = new Set(requests.filter((asked) => asked.couponPolicyId === rushed).map((asked) => asked.requestId))
  expect(ranksOf([...rushedIds].map((id) => told.get(id)!))).toEqual(upTo(300))
  const coupons = await it.db.raw('SELECT rank FROM coupons WHERE policy_id = ? ORDER BY partition, log_offset', [
    rushed,
  ])
  expect(coupons.rows).toEqual(upTo(300).map((rank) => ({ rank })))
  const stock = await it.db.raw('SELECT issued FROM coupon_policies ORDER BY id')
  expect(stock.rows).toEqual([{ issued: 300 }, { issued: 3 }])
  const metrics = await (await fetch(`${worker.url}/metrics`)).text()
  expect(metrics).toMatch(/^coupon_outcomes_total\{outcome="COUPON_NOT_OPEN",service="coupon-worker"\} 3$/m)
})

test('an outcome carries the place, the trace and the version 8 id of its request', async () => {
  const request = { requestId: uuidv7(), couponPolicyId: 999, userId: 1, requestedAt: Date.now() }
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, correlationId: 'corr-1' }
  const position = await it.kafka.send(couponIssueRequested, request, trace)
  const event = await waitFor('the outcome', () =>
    it.outcomes.find(({ value }) => value.requestId === request.requestId),
  )
  expect(event).toMatchObject({
    source: 'coupon-worker',
    key: '999',
    value: { reason: 'COUPON_POLICY_NOT_FOUND', partition: position.partition, offset: position.offset },
    headers: { traceparent: trace.traceparent, 'correlation-id': 'corr-1' },
  })
  expect(event.id).toBe(request.requestId.replace(/^(.{14})7/, '$18'))
})
