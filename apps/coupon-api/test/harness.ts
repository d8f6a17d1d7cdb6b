import {
  type CouponIssueFailureReason,
  type CouponIssueRequested,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  couponPolicyChanged,
} from '@firstcome/events'
import type { Kafka, Message } from '@firstcome/kafka'
import { testKafka } from '@firstcome/kafka/testing'
import { startApp, type TestApp, testPrefix, testStack, testToken, testTopics, waitFor } from '@firstcome/testing'
import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { afterAll } from 'vitest'
import type { Policy } from '../src/model/policy-store.ts'
import { completeMark } from '../src/model/script.ts'

const main = new URL('../src/main.ts', import.meta.url).pathname

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

/** Topics, keys and groups of one test file, and this process in the role of the worker. */
export interface Harness {
  prefix: string
  kafka: Kafka
  redis: Redis
  startApi(env?: Record<string, string>): Promise<TestApp>
  /** What is in `coupon-issue` so far, in order within a partition. */
  requests: Message<CouponIssueRequested>[]
  requestOf(requestId: unknown): Promise<Message<CouponIssueRequested>>
  /** Announces a policy, as the worker does, under an id that no other test uses. */
  policy(over?: Partial<Policy>): Promise<Policy>
  issue(request: Message<CouponIssueRequested>, rank: number): Promise<string>
  refuse(request: Message<CouponIssueRequested>, reason: CouponIssueFailureReason): Promise<void>
}

export async function harness(): Promise<Harness> {
  const prefix = testPrefix()
  await testTopics(prefix)
  const kafka = await testKafka(prefix, [
    couponPolicyChanged,
    couponIssueRequested,
    couponIssueCompleted,
    couponIssueFailed,
  ])
  const requests: Message<CouponIssueRequested>[] = []
  const probe = kafka
    .consumer('probe', { maxPollRecords: 500 })
    .onBatch(couponIssueRequested, async (messages) => void requests.push(...messages))
  await probe.start?.()
  const redis = new Redis(testStack().redisUrl)
  afterAll(async () => {
    await probe.close?.()
    const keys = await redis.keys(`${prefix}*`)
    if (keys.length > 0) await redis.unlink(...keys)
    redis.disconnect()
  })

  let policies = 0
  const placed = ({
    value: { requestId, userId, couponPolicyId },
    partition,
    offset,
  }: Message<CouponIssueRequested>) => ({
    requestId,
    userId,
    couponPolicyId,
    partition,
    offset,
  })
  return {
    prefix,
    kafka,
    redis,
    requests,
    async startApi(env = {}) {
      const app = await startApp(main, {
        KAFKA_PREFIX: prefix,
        REDIS_KEY_PREFIX: prefix,
        // A machine that stands still for a moment is no Redis or Kafka that is away. Tests of those have their own.
        COUPON_READ_MODEL_TIMEOUT_MS: '10000',
        REDIS_TIMEOUT_MS: '20000',
        COUPON_ACCEPT_TIMEOUT_MS: '20000',
        ...env,
      })
      // It serves before it is in its group. But one that is stopped while it joins stays a member until its session ends,
      // and all others wait for it.
      const joined = { msg: 'Joined the group', group: `${prefix}coupon-api` }
      await waitFor('the replica to join its group', () =>
        app.logs().find(({ msg, group }) => msg === joined.msg && group === joined.group),
      )
      // And before it has seen that there is nothing to make again. Until then it says 503 for 404; and one that is cut off
      // from Redis in the middle of that look would have to wait for the lease on the model to end.
      const found = async () => (await redis.exists(`${prefix}${completeMark}`)) === 1
      await waitFor('the model to be found complete', found)
      return app
    },
    requestOf: (requestId) =>
      waitFor(`request ${requestId} in the topic`, () => requests.find(({ value }) => value.requestId === requestId)),
    async policy(over = {}) {
      const policy: Policy = {
        couponPolicyId: ++policies,
        name: 'Test',
        totalQuantity: 100,
        opensAt: null,
        closesAt: null,
        ordering: 'STRICT',
        createdAt: Date.now(),
        changedAt: Date.now(),
        ...over,
      }
      await kafka.send(couponPolicyChanged, policy)
      return policy
    },
    async issue(request, rank) {
      const couponId = v7()
      await kafka.send(couponIssueCompleted, { ...placed(request), couponId, rank, issuedAt: Date.now() })
      return couponId
    },
    async refuse(request, reason) {
      await kafka.send(couponIssueFailed, { ...placed(request), reason, failedAt: Date.now() })
    },
  }
}

/** Calls the API as a user; `as: 'nobody'` without a token. */
export async function call(
  app: TestApp,
  method: string,
  path: string,
  { as = 'nobody', admin, body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      ...(as !== 'nobody' && { authorization: `Bearer ${await testToken(as, { admin: admin ?? false })}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** A policy that this replica has heard of. */
export async function knownPolicy(h: Harness, app: TestApp, over: Partial<Policy> = {}): Promise<Policy> {
  const policy = await h.policy(over)
  await waitFor(`policy ${policy.couponPolicyId}`, async () => {
    return (await call(app, 'GET', `/api/coupon-policies/${policy.couponPolicyId}`)).status === 200
  })
  return policy
}

export interface CallOptions {
  as?: number | 'nobody'
  admin?: boolean
  body?: unknown
  headers?: Record<string, string>
}

/** `POST /api/coupons/{userId}` for one's own. */
export function ask(
  app: TestApp,
  userId: number,
  couponPolicyId: number,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return call(app, 'POST', `/api/coupons/${userId}`, { as: userId, body: { couponPolicyId }, headers })
}

/** What `/metrics` says, the values of all series of that name whose labels hold `label`. */
export async function metric(app: TestApp, name: string, label = ''): Promise<string[]> {
  const text = await (await fetch(`${app.url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label))
  return lines.map((line) => line.slice(line.lastIndexOf(' ') + 1))
}
