import { fileURLToPath } from 'node:url'
import {
  type CouponIssueCompleted,
  type CouponIssueFailed,
  type CouponIssueRequested,
  type CouponPolicyChanged,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  couponPolicyChanged,
} from '@firstcome/events'
import type { BatchHandler, Message } from '@firstcome/kafka'
import { countOf, testKafka } from '@firstcome/kafka/testing'
import { outboxMigrations } from '@firstcome/outbox'
import { connectDatabase } from '@firstcome/stores/postgres'
import {
  runNode,
  startApp,
  type TestApp,
  testDatabase,
  testPrefix,
  testStack,
  testToken,
  testTopics,
  waitFor,
} from '@firstcome/testing'
import { afterAll } from 'vitest'

export type OutcomeEvent = Message<CouponIssueCompleted | CouponIssueFailed>

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const dltTool = fileURLToPath(new URL('../../../packages/kafka/src/commands/dlt.ts', import.meta.url))
const migrations = fileURLToPath(new URL('../migrations', import.meta.url))

/** None of these tests is about a database that keeps one waiting, and twenty restocks at a time wait for one another. */
export const CONNECTION_MS = 60_000

/** Topics, a database and a view of everything that is written to the log, for one test file; workers are real processes. `topicSettings`: where retry topics differ. */
export async function stage(topicSettings: Record<string, string> = {}) {
  const prefix = testPrefix()
  const [database] = await Promise.all([
    testDatabase([outboxMigrations, migrations]),
    testTopics(prefix, topicSettings),
  ])
  const db = connectDatabase({ url: database.url, poolSize: 2, acquireTimeoutMs: CONNECTION_MS })
  const kafka = await testKafka(prefix, [
    couponIssueRequested,
    couponIssueCompleted,
    couponIssueFailed,
    couponPolicyChanged,
  ])

  const log: Message<CouponIssueRequested>[] = []
  const outcomes: OutcomeEvent[] = []
  const policies: Message<CouponPolicyChanged>[] = []
  const seen = new Set<string>()
  /** What the observer itself is delivered twice is not in the log twice. */
  const into =
    (list: Message<unknown>[]): BatchHandler<unknown> =>
    async (messages) => {
      for (const message of messages) {
        const place = `${message.topic}/${message.partition}/${message.offset}`
        if (!seen.has(place)) list.push(message)
        seen.add(place)
      }
    }
  const observer = kafka
    .consumer('observer', { maxPollRecords: 1_000 })
    .onBatch(couponIssueRequested, into(log))
    .onBatch(couponIssueCompleted, into(outcomes))
    .onBatch(couponIssueFailed, into(outcomes))
    .onBatch(couponPolicyChanged, into(policies))
  await observer.start?.()

  afterAll(async () => {
    await observer.close?.()
    await db.close()
  })

  const workerEnv = (env: Record<string, string>) => ({
    KAFKA_PREFIX: prefix,
    DATABASE_URL: database.url,
    DATABASE_ACQUIRE_TIMEOUT_MS: String(CONNECTION_MS),
    ...env,
  })

  return {
    db,
    kafka,
    prefix,
    outcomes,
    policies,
    databaseUrl: database.url,
    /** The requests as the log holds them, partition by partition. */
    log: () => log.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset),
    startWorker: (env: Record<string, string> = {}) => startApp(main, workerEnv(env)),
    /** For a worker that is going to die by itself, perhaps before it is ready. */
    launchWorker: (env: Record<string, string> = {}) => startApp(main, workerEnv(env), { until: false }),
    /** As an operator does, with the tool. */
    async replayDeadLetters(...filters: string[]) {
      const { brokers, registryUrl } = testStack()
      const env = { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl, KAFKA_PREFIX: prefix }
      const tool = runNode(dltTool, env, ['replay', ...filters])
      const { code } = await tool.ended
      if (code !== 0) throw new Error(`dlt replay ended with ${code}:\n${tool.output()}`)
    },
    ask: (requests: CouponIssueRequested[]) =>
      kafka.sendRecords(requests.map((request) => kafka.encode(couponIssueRequested, request))),
    /** Waits until each of these requests has an outcome, and until nothing that was published has yet to arrive here. */
    async allAnswered(requests: CouponIssueRequested[], timeoutMs = 90_000) {
      const ids = new Set(requests.map(({ requestId }) => requestId))
      await waitFor(
        'an outcome of every request',
        () => {
          const left = ids.difference(new Set(outcomes.map(({ value }) => value.requestId))).size
          if (left > 0) throw new Error(`${left} of ${ids.size} have none`)
          return true
        },
        { timeoutMs },
      )
      await waitFor('the rest of the log and of the outcomes', async () => {
        const [asked, told] = await Promise.all([
          countOf(kafka, couponIssueRequested.topic),
          Promise.all([countOf(kafka, couponIssueCompleted.topic), countOf(kafka, couponIssueFailed.topic)]),
        ])
        return log.length === asked && outcomes.length === told[0] + told[1]
      })
    },
  }
}

export type Stage = Awaited<ReturnType<typeof stage>>

export async function createPolicy(worker: TestApp, policy: Record<string, unknown>): Promise<number> {
  const response = await postPolicy(worker, policy)
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
  const { couponPolicyId } = (await response.json()) as { couponPolicyId: number }
  return couponPolicyId
}

export async function postPolicy(worker: TestApp, body: unknown, token?: string): Promise<Response> {
  return fetch(`${worker.url}/api/coupon-policies`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? (await testToken(1, { admin: true }))}`,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
