import type { TestApp } from '@firstcome/testing'
import { waitFor } from '@firstcome/testing'
import { expect, test, vi } from 'vitest'
import { rushLog, seeded } from './rush-log.ts'
import { createPolicy, stage } from './stage.ts'
import { expectedOutcomes, ranksOf, toldOutcomes, upTo } from './verdict.ts'

// A group notices a dead member after six seconds, and these tests have many of them.
vi.setConfig({ testTimeout: 180_000 })

const it = await stage()
const STOCK = 300
const SMALL_BATCHES = { KAFKA_MAX_POLL_RECORDS: '100', KAFKA_SESSION_TIMEOUT_MS: '6000' }
/** Slow enough to be met in the middle of a rush. */
const TINY_BATCHES = { ...SMALL_BATCHES, KAFKA_MAX_POLL_RECORDS: '10' }

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

/** Called when no worker runs any more: nobody can take back or repeat anything after this. */
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
  await it.allAnswered(rush.requests)
  await worker.stop()
  await expectFairEnd(rush)
})

test('a worker that dies again and again, at every step between two commits', async () => {
  const rush = await waitingRush(2)
  for (const point of ['before-decide:2', 'after-publish:1', 'after-decide:2']) {
    await diedBySigkill(await it.launchWorker({ ...SMALL_BATCHES, FAIL_AT: point }))
  }
  const worker = await it.startWorker(SMALL_BATCHES)
  await it.allAnswered(rush.requests)
  await worker.stop()
  await expectFairEnd(rush)
})

test('a worker that is told to stop in the middle ends cleanly, and the next one goes on from there', async () => {
  const rush = await waitingRush(3)
  const first = await it.launchWorker(TINY_BATCHES)
  await waitFor('the first outcomes', () => eventsOf(rush).length > 50)
  expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)

  const second = await it.startWorker(SMALL_BATCHES)
  await it.allAnswered(rush.requests)
  await second.stop()
  await expectFairEnd(rush)
  // A clean stop commits what it told, so nothing is told twice.
  expect(eventsOf(rush)).toHaveLength(rush.requests.length)
})

test('two workers, and the one that is deciding is killed', async () => {
  const rush = await waitingRush(4)
  const workers = await Promise.all([it.startWorker(TINY_BATCHES), it.startWorker(TINY_BATCHES)])
  const deciding = await waitFor('one of them to decide', () => whoDecides(workers))
  await deciding.kill()
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)
  await it.allAnswered(rush.requests)
  await Promise.all(workers.map((worker) => worker.stop()))
  await expectFairEnd(rush)
})

test('a worker that is frozen in the middle, and wakes up when another one has taken over', async () => {
  const rush = await waitingRush(5)
  const workers = await Promise.all([it.startWorker(TINY_BATCHES), it.startWorker(TINY_BATCHES)])
  const frozen = await waitFor('one of them to decide', () => whoDecides(workers))
  process.kill(frozen.pid, 'SIGSTOP')
  const before = eventsOf(rush).length
  expect(before).toBeLessThan(rush.requests.length)
  await waitFor('the other one to take over', () => eventsOf(rush).length > before + 100)
  process.kill(frozen.pid, 'SIGCONT')
  await it.allAnswered(rush.requests)
  const ends = await Promise.all(workers.map((worker) => worker.stop()))
  expect(ends).toEqual(workers.map(() => ({ code: 0, signal: null })))
  await expectFairEnd(rush)
})

async function whoDecides(workers: TestApp[]): Promise<TestApp | undefined> {
  for (const worker of workers) {
    const metrics = await (await fetch(`${worker.url}/metrics`)).text()
    if (/^coupon_outcomes_total\{[^}]*\} [1-9]/m.test(metrics)) return worker
  }
  return undefined
}
