import { fileURLToPath } from 'node:url'
import { orderPlaced } from '@firstcome/events'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { startApp, type TestApp, testDatabase, waitFor } from '@firstcome/testing'
import type { TestContext } from 'vitest'
import { outboxMigrations, startRelay } from '../../src/index.ts'
import { anOrder, type Bench, host, metric, rowsIn } from '../bench.ts'
import type { Exchange, Plan, Statement, Step } from './plan.ts'
// Its time limits hold here as well.
import './scene.ts'

const main = fileURLToPath(new URL('./relay-member.ts', import.meta.url))
const KEYS = 7

export const statement = (at: Exchange, what: Statement): Step => ({ at, statement: what })
export const produce = (at: Exchange): Step => ({ at, api: 'Produce', topic: orderPlaced.topic })

/** What became of the events of one scene. */
export interface Outcome {
  /** Added, and not in the topic. */
  lost: number
  /** In the topic, and never added. */
  unknown: number
  /** First seen after one that was added later under the same key. */
  overtaken: number
  /** Records of an event beyond its first. */
  repeated: number
  /** Rows left in the outbox. */
  left: number
}

export interface RelayScene {
  db: Database
  /** Adds so many events of a few keys by turns, in one transaction. */
  add(count: number): Promise<void>
  /** Starts a process with a relay; does not wait for it. */
  member(plan: Plan, env?: Record<string, string>): Promise<TestApp>
  /** Starts a relay in this process, as one more replica. */
  heir(): Promise<{ active(): Promise<boolean>; close(): Promise<void> }>
  /** Waits until every event is in the topic, and the outbox empty. */
  settled(): Promise<void>
  outcome(): Promise<Outcome>
}

/** A database of one test's own; the topics, and what reads them, are those of the file. */
export async function relayScene({ onTestFinished, onTestFailed }: TestContext, bench: Bench): Promise<RelayScene> {
  const { url } = await testDatabase([outboxMigrations])
  const db = connectDatabase({ url, poolSize: 2 })
  const keys = Array.from({ length: KEYS }, () => anOrder().orderId)
  const ids = new Map<string, number>()
  const members: TestApp[] = []
  // Called in the reverse order: the relays of this process are closed before their database.
  onTestFinished(async () => {
    for (const app of members) await app.kill()
    await db.close()
  })
  onTestFailed(() => {
    for (const app of members) console.error(`--- ${app.pid}\n${app.output().slice(-4_000)}`)
  })

  const ours = () => bench.arrived.filter(({ key }) => keys.includes(key))

  return {
    db,
    async add(count) {
      const entries = Array.from({ length: count }, () => {
        const id = crypto.randomUUID()
        ids.set(id, ids.size)
        const order = anOrder({ orderId: keys[ids.size % KEYS]!, placedAt: ids.size - 1 })
        return [orderPlaced, order, { id }] as const
      })
      await db.transaction((trx) => bench.outbox.addAll(trx, entries))
    },
    async member(plan, more = {}) {
      const { prefix } = bench.config
      const env = { DATABASE_URL: url, KAFKA_PREFIX: prefix, MEMBER_PLAN: JSON.stringify(plan), ...more }
      const app = await startApp(main, env, { until: false })
      members.push(app)
      return app
    },
    async heir() {
      const { log, metrics } = host()
      // The one that stands still is always another.
      const relay = startRelay({ db, kafka: bench.kafka, log, metrics }, { standstillMs: 60_000 })
      const close = () => relay.close()
      onTestFinished(close)
      await relay.start()
      return { close, active: async () => (await metric(metrics, 'outbox_relay_active')) === 1 }
    },
    async settled() {
      await waitFor('an empty outbox', async () => (await rowsIn(db, 'outbox')) === 0, { timeoutMs: 40_000 })
      const all = () => new Set(ours().map(({ id }) => id)).size >= ids.size
      await waitFor('every event', all, { timeoutMs: 40_000 })
    },
    async outcome() {
      const seen = new Set<string>()
      const last = new Map<string, number>()
      const outcome = { lost: 0, unknown: 0, overtaken: 0, repeated: 0, left: await rowsIn(db, 'outbox') }
      for (const { id, key } of ours()) {
        const n = ids.get(id)
        if (n === undefined) outcome.unknown++
        else if (seen.has(id)) outcome.repeated++
        else {
          seen.add(id)
          if (n < (last.get(key) ?? -1)) outcome.overtaken++
          last.set(key, n)
        }
      }
      outcome.lost = ids.size - seen.size
      return outcome
    },
  }
}
