import type { TestApp } from '@firstcome/testing'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { rushLog, seeded } from './rush-log.ts'
import { createPolicy, stage } from './stage.ts'
import { expectedOutcomes, ranksOf, toldOutcomes, upTo } from './verdict.ts'

const it = await stage()
const STOCK = 300
const SMALL_BATCHES = { KAFKA_MAX_POLL_RECORDS: '100', KAFKA_SESSION_TIMEOUT_MS: '6000' }

/** A new policy, and requests for it that wait in the log with no worker to decide them. */
async function waitingRush(seed: number, count = 2_000) {
  const worker = await it.startWorker()
  const policyId = await createPolicy(worker, { name: 'Rush', totalQuantity: STOCK })
  await worker.stop()
  const requests = rushLog(policyId, count, seeded(seed))
  await it.ask(requests)
  return { policyId, requests, ids: new Set(requests.map(({ requestId }) => requestId)) }
}

type Rush = Awaited<ReturnType<typeof waitingRush>>

const eventsOf = ({ ids }: Rush) => it.outcomes.filter(({ value }) => ids.has(value.requestId))

async function expectFairEnd({ policyId, requests, ...rush }: Rush) {
  await it.allAnswered(requests)
  const all = expectedOutcomes(it, [{ id: policyId, totalQuantity: STOCK, opensAt: null, closesAt: null }])
  const expected = new Map([...all].filter(([requestId]) => rush.ids.has(requestId)))
  const told = toldOutcomes(eventsOf({ policyId, requests, ...rush }))
  expect(told).toEqual(expected)
  expect(ranksOf(told.values())).toEqual(upTo(STOCK))
}

async function diedBySigkill(worker: TestApp) {
  expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' })
}

test('a worker that dies after its decision and before telling it: the next one tells the same', async () => {
  const rush = await waitingRush(1)
  await diedBySigkill(await it.launchWorker({ ...SMALL_BATCHES, FAIL_AT: 'after-decide:3' }))
  const [row] = (await it.db.raw('SELECT issued FROM coupon_policies WHERE id = ?', [rush.policyId])).rows
  expect(row.issued).toBeGreaterThan(200)
  expect(eventsOf(rush).length).toBeLessThanOrEqual(200)

  const worker = await it.startWorker(SMALL_BATCHES)
  await expectFairEnd(rush)
  await worker.stop()
})

test('a worker that dies again and again, at every step between two commits', async () => {
  const rush = await waitingRush(2)
  for (const point of ['after-decide:1', 'before-decide:2', 'after-publish:1', 'after-publish:3', 'after-decide:2']) {
    await diedBySigkill(await it.launchWorker({ ...SMALL_BATCHES, FAIL_AT: point }))
  }
  const worker = await it.startWorker(SMALL_BATCHES)
  await expectFairEnd(rush)
  await worker.stop()
})

test('a worker that is told to stop in the middle ends cleanly, and the next one goes on from there', async () => {
  const rush = await waitingRush(3)
  const slow = { ...SMALL_BATCHES, KAFKA_MAX_POLL_RECORDS: '5' }
  const first = await it.launchWorker(slow)
  await waitFor('the first outcomes', () => eventsOf(rush).length > 50)
  expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)

  const second = await it.startWorker(SMALL_BATCHES)
  await expectFairEnd(rush)
  const repeated = eventsOf(rush).length - rush.requests.length
  expect(repeated).toBe(0)
  await second.stop()
})

test('two workers, one of them killed in the middle', async () => {
  const rush = await waitingRush(4)
  const other = await waitingRush(5)
  const env = { ...SMALL_BATCHES, KAFKA_MAX_POLL_RECORDS: '20' }
  const [first, second] = await Promise.all([it.startWorker(env), it.startWorker(env)])
  await waitFor('outcomes of both rushes', () => eventsOf(rush).length > 0 && eventsOf(other).length > 0)
  await first.kill()
  await expectFairEnd(rush)
  await expectFairEnd(other)
  await second.stop()
})
