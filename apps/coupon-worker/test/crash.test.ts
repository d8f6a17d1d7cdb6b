import type { TestApp } from '@firstcome/testing'
import { waitFor } from '@firstcome/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { rushLog, seeded } from './rush-log.ts'
import { createPolicy, stage } from './stage.ts'
import { expectedOutcomes, ranksOf, toldOutcomes, upTo } from './verdict.ts'

// A group notices a dead member after six seconds, and these tests have many of them.
vi.setConfig({ testTimeout: 180_000 })

const it = await stage()
const STOCK = 300
const SMALL_BATCHES = { KAFKA_MAX_POLL_RECORDS: '100', KAFKA_SESSION_TIMEOUT_MS: '6000' }
const TINY_BATCHES = { ...SMALL_BATCHES, KAFKA_MAX_POLL_RECORDS: '10' }
/** Where nobody dies: a worker that the group gives up, because it stood still, tells again what it had told. */
const LONG_SESSION = { KAFKA_SESSION_TIMEOUT_MS: '30000' }

/** While it lasts, each batch takes a fifth of a second, a rush of tiny ones 40 s: it is met in the middle by whoever comes late, too. */
const slowness = {
  begin: () =>
    it.db.raw(`
      CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(0.2);
        RETURN new;
      END $$;
      CREATE TRIGGER dawdle BEFORE INSERT ON decided_batches FOR EACH ROW EXECUTE FUNCTION dawdle()`),
  end: () => it.db.raw('DROP TRIGGER IF EXISTS dawdle ON decided_batches'),
}

beforeEach(slowness.end)

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
  await slowness.begin()
  const first = await it.launchWorker({ ...TINY_BATCHES, ...LONG_SESSION })
  await waitFor('the first outcomes', () => eventsOf(rush).length > 50)
  expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)

  await slowness.end()
  const second = await it.startWorker({ ...SMALL_BATCHES, ...LONG_SESSION })
  await it.allAnswered(rush.requests)
  await second.stop()
  await expectFairEnd(rush)
  // A clean stop commits what it told, so nothing is told twice.
  expect(eventsOf(rush)).toHaveLength(rush.requests.length)
})

test('two workers, and the one that is deciding is killed', async () => {
  const rush = await waitingRush(4)
  await slowness.begin()
  const workers = await Promise.all([it.startWorker(TINY_BATCHES), it.startWorker(TINY_BATCHES)])
  const deciding = await whoDecides(workers)
  await deciding.kill()
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)
  await slowness.end()
  await it.allAnswered(rush.requests)
  await Promise.all(workers.map((worker) => worker.stop()))
  await expectFairEnd(rush)
})

test('a worker that is frozen in the middle, and wakes up when another one has taken over', async () => {
  const rush = await waitingRush(5)
  await slowness.begin()
  const workers = await Promise.all([it.startWorker(TINY_BATCHES), it.startWorker(TINY_BATCHES)])
  const frozen = await whoDecides(workers)
  process.kill(frozen.pid, 'SIGSTOP')
  expect(eventsOf(rush).length).toBeLessThan(rush.requests.length)
  const other = workers.find((worker) => worker !== frozen)!
  const before = await decidedBy(other)
  await waitFor('the other one to take over', async () => (await decidedBy(other)) > before + 100)
  process.kill(frozen.pid, 'SIGCONT')
  await slowness.end()
  await it.allAnswered(rush.requests)
  const ends = await Promise.all(workers.map((worker) => worker.stop()))
  expect(ends).toEqual(workers.map(() => ({ code: 0, signal: null })))
  await expectFairEnd(rush)
})

/** The one that decides now: who did so before may have lost the partition to the other, when that one joined. */
async function whoDecides(workers: TestApp[]): Promise<TestApp> {
  const before = await Promise.all(workers.map(decidedBy))
  return waitFor('one of them to decide', async () => {
    const now = await Promise.all(workers.map(decidedBy))
    return workers.find((_, i) => now[i]! > before[i]!)
  })
}

async function decidedBy({ url }: TestApp): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return metrics.matchAll(/^coupon_outcomes_total\{[^}]*\} (\d+)/gm).reduce((sum, [, count]) => sum + Number(count), 0)
}
