import {
  connectContracts,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  type EventType,
} from '@firstcome/events'
import { kafkaConfig, type LogView, openLogView } from '@firstcome/kafka'
import { testStack } from '@firstcome/testing'
import { pino } from 'pino'
import { v5 as uuidv5 } from 'uuid'
import { afterAll, expect, test, vi } from 'vitest'
import { audit } from '../../src/audit/audit.ts'
import { rushLog, seeded } from '../rush-log.ts'
import { createPolicy, stage } from '../stage.ts'

vi.setConfig({ testTimeout: 120_000 })
const it = await stage()
const { brokers, registryUrl } = testStack()
const config = kafkaConfig({ brokers: [brokers], registryUrl, prefix: it.prefix })
const view = openLogView(config, { name: 'fcfs-audit', log: pino({ level: 'silent' }) })
afterAll(() => view.close())
const events = [couponIssueRequested, couponIssueCompleted, couponIssueFailed] as readonly EventType<never>[]
const contracts = await connectContracts(registryUrl, events as EventType[])

/** The log as it is when retention has removed what stands before this offset. */
function cutAt(partition: number, offset: number): LogView {
  return {
    ...view,
    async topicOffsets(topic) {
      const ends = await view.topicOffsets(topic)
      if (topic !== couponIssueRequested.topic) return ends
      return ends.map((end) => (end.partition === partition ? { ...end, low: offset } : end))
    },
  }
}

test('where retention has cut the log, the rest of it is proved, and the word of the database is taken for what came before', async () => {
  const worker = await it.startWorker()
  const policy = await createPolicy(worker, { name: 'Cut', totalQuantity: 200 })
  const requests = rushLog(policy, 400, seeded(5)).map((one) => ({ ...one, requestId: uuidv5('', one.requestId) }))
  await it.ask(requests)
  await it.allAnswered(requests)
  await worker.stop()

  const [first] = it.log()
  const cut = first!.offset + 130
  const run = () => audit({ db: it.db, view: cutAt(first!.partition, cut), contracts, waitTopics: [], graceMs: 0 })
  const report = await run()
  expect(report.findings).toEqual([])
  const { rows } = await it.db.raw('SELECT count(*) AS before FROM coupons WHERE log_offset < ?', [cut])
  expect(rows[0].before).toBeGreaterThan(50)
  expect(report.policies).toMatchObject([
    { issued: 200, before: rows[0].before, verdict: 'proved from the span on', violations: 0 },
  ])
  expect(report.spans[first!.partition]).toMatchObject({ from: cut, to: 400, requests: 270 })
  expect(report.unproven.published).toBeGreaterThan(0)

  await it.db.raw('DELETE FROM coupons WHERE rank = 180')
  expect((await run()).findings.map(({ kind }) => kind)).toContain('passed-over')
})
