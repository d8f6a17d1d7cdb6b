import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connectKafka, kafkaConfig } from '@firstcome/kafka'
import { ownTopics, recordsOf } from '@firstcome/kafka/testing'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { startApp, type TestApp, testDatabase, testFolder, testPrefix, testStack, waitFor } from '@firstcome/testing'
import { type TestContext, vi } from 'vitest'
import { outboxMigrations } from '../../src/index.ts'
import { host } from '../bench.ts'
import { type Sent, type Violation, violations } from './history.ts'
import type { KafkaApi, Plan, Step } from './plan.ts'
import { event, topics } from './topics.ts'

/** `FIRSTCOME_FAULTS=long` has everything last longer and happen more often. */
export const long = process.env.FIRSTCOME_FAULTS === 'long'

// Several processes a test, several tests at a time, on a machine that may have other things to do.
vi.setConfig({ testTimeout: long ? 900_000 : 120_000 })

/** Small slices, so that there is a middle of one, and waits short enough for a test; the session is the shortest that brokers allow. */
const quick = {
  KAFKA_MAX_POLL_RECORDS: '5',
  KAFKA_MAX_WAIT_MS: '50',
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  KAFKA_OUTAGE_MIN_MS: '50',
  KAFKA_OUTAGE_MAX_MS: '250',
  LOG_LEVEL: 'info',
}

/** No unique constraint but the serial: an effect that is made twice is there twice. */
const tables = `
  create table effects (seq bigserial primary key, event_id text not null, n int not null, member text not null);
  create table tries (seq bigserial primary key, event_id text not null, n int not null, member text not null);
  create table told (seq bigserial primary key, event_id text);`

const main = fileURLToPath(new URL('./member.ts', import.meta.url))

export interface TestMember extends TestApp {
  hasEnded(): boolean
}

export interface Scene {
  db: Database
  databaseUrl: string
  /** A step of the plan: this request (or its answer) about that topic. */
  step(at: 'request' | 'answer', api: KafkaApi, where: keyof typeof topics): Step
  /** Sends messages numbered on from the last, of three keys by turns, and resolves once they are in the log. */
  send(count: number): Promise<void>
  /** Starts a member; does not wait for it. */
  member(name: string, plan?: Plan, env?: Record<string, string>): Promise<TestMember>
  /** Numbers in the order of their effects; of one member, where one is named. */
  effects(member?: string): Promise<number[]>
  /** How many tries a message has had. */
  tries(n: number): Promise<number>
  /** Offsets of the event's own topic that its group has committed, added up. */
  committed(): Promise<number>
  /** Waits until everything sent is done: committed, in each topic that it passed through. */
  settled(timeoutMs?: number): Promise<void>
  /** What became of it all, held against the promises. */
  violations(special?: { poison?: number[]; late?: number[] }): Promise<Violation[]>
  /** Dead letters, as the topic has them. */
  letters(): ReturnType<typeof recordsOf>
}

/** Stopped by a signal, as the kernel sees it. */
export async function isStopped(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)])
  return stdout.trim().startsWith('T')
}

const idOf = (n: number) => `event-${n}`

export interface SceneOptions {
  partitions?: number
  brokers?: string
}

/** A database, topics and a group of one test's own; closed when it ends, its members' lines shown if it failed. */
export async function scene(
  { onTestFinished, onTestFailed }: TestContext,
  { partitions = 1, brokers = testStack().brokers }: SceneOptions = {},
): Promise<Scene> {
  const prefix = testPrefix()
  const { registryUrl } = testStack()
  const [{ url }, removeTopics] = await Promise.all([
    testDatabase([outboxMigrations, testFolder({ '0001_tables.sql': tables })]),
    ownTopics(prefix, [event], { brokers, couponPartitions: partitions }),
  ])
  const db = connectDatabase({ url, poolSize: 5 })
  const kafka = await connectKafka(kafkaConfig({ prefix, brokers: [brokers], registryUrl }), host(), [event])
  const members: { name: string; app: TestApp }[] = []
  const sent: Sent[] = []

  onTestFinished(async () => {
    for (const { app } of members) await app.kill()
    await kafka.close!()
    await db.close()
    await removeTopics()
  })
  onTestFailed(() => {
    for (const { name, app } of members) console.error(`--- ${name}\n${app.output().slice(-8_000)}`)
  })

  async function unsettled(): Promise<string | undefined> {
    for (const { topic, group } of Object.values(topics)) {
      const committed = await kafka.committed(group, topic)
      for (const { partition, high } of await kafka.topicOffsets(topic)) {
        const done = committed.get(partition) ?? 0
        if (done < high) return `${topic}/${partition}: ${done} of ${high}`
      }
    }
    return undefined
  }

  const made: Scene = {
    db,
    databaseUrl: url,
    step: (at, api, where) => ({ at, api, topic: prefix + topics[where].topic }),
    async send(count) {
      const first = sent.length
      const sending = Array.from({ length: count }, async (_, i) => {
        const n = first + i
        const value = { requestId: crypto.randomUUID(), couponPolicyId: n % 3, userId: n, requestedAt: 1 }
        return { id: idOf(n), ...(await kafka.send(event, value, { id: idOf(n) })) }
      })
      sent.push(...(await Promise.all(sending)))
    },
    async member(name, plan = {}, env = {}) {
      const own = { MEMBER_NAME: name, MEMBER_PLAN: JSON.stringify(plan), DATABASE_URL: url, KAFKA_PREFIX: prefix }
      const app = await startApp(main, { ...quick, ...own, KAFKA_BROKERS: brokers, ...env }, { until: false })
      members.push({ name, app })
      let ended = false
      void app.ended.then(() => {
        ended = true
      })
      return { ...app, hasEnded: () => ended }
    },
    async effects(member) {
      const rows = await db('effects')
        .where(member ? { member } : {})
        .orderBy('seq')
        .select('n')
      return rows.map(({ n }) => n)
    },
    tries: async (n) => (await db('tries').where({ n })).length,
    async committed() {
      const offsets = await kafka.committed(topics.main.group, topics.main.topic)
      return [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
    },
    // The start of a member that nobody waited for is part of it, and the session of a former one, and the waits of retries.
    async settled(timeoutMs = 60_000) {
      let left: string | undefined
      const done = async () => {
        left = await unsettled()
        return left === undefined
      }
      await waitFor('everything to be committed', done, { timeoutMs }).catch((error) => {
        throw new Error(`${error.message} (${left})`)
      })
    },
    letters: () => recordsOf(prefix + topics.deadLetters.topic, brokers),
    async violations({ poison = [], late = [] } = {}) {
      const letters = await made.letters()
      return violations({
        sent,
        effects: (await db('effects').orderBy('seq')).map(({ event_id: id, member }) => ({ id, member })),
        letters: letters.map(({ headers }) => ({ id: headers.ce_id!, original: headers['dlt-original']! })),
        poison: new Set(poison.map(idOf)),
        late: new Set(late.map(idOf)),
      })
    },
  }
  return made
}
