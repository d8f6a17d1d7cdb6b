import {
  type BrokerProxy,
  brokerProxy,
  type FaultProxy,
  faultProxy,
  type TestApp,
  testStack,
  waitFor,
} from '@firstcome/testing'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { ask, call, type Harness, harness, knownPolicy, metric } from './harness.ts'
import { follow } from './stream.ts'

/** Longer than a machine stands still, as all tests here share them; the tests that wait them out pay for it. */
const READ_MODEL_TIMEOUT_MS = 2_000
const ACCEPT_TIMEOUT_MS = 8_000

let h: Harness
let api: TestApp
let redis: FaultProxy
let kafka: BrokerProxy
const env = () => ({
  REDIS_URL: redis.through(testStack().redisUrl),
  ...kafka.env,
  COUPON_ACCEPT_TIMEOUT_MS: String(ACCEPT_TIMEOUT_MS),
  COUPON_READ_MODEL_TIMEOUT_MS: String(READ_MODEL_TIMEOUT_MS),
  COUPON_POLICY_WAIT_MS: '300',
})
beforeAll(async () => {
  h = await harness()
  redis = await faultProxy(testStack().redisUrl)
  kafka = await brokerProxy()
  api = await h.startApi(env())
})
afterEach(async () => {
  await redis.resume()
  await kafka.resume()
})

const status = (userId: number, requestId: unknown) =>
  call(api, 'GET', `/api/coupon-requests/${requestId}`, { as: userId })

test('without Redis requests are accepted, status says it cannot be told, and everything is known when it is back', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  await redis.down()
  const first = await ask(api, 42, couponPolicyId)
  const second = await ask(api, 43, couponPolicyId, { prefer: 'wait=1', 'idempotency-key': 'away' })
  expect([first.status, second.status]).toEqual([202, 202])
  const request = await h.requestOf(first.body.requestId)

  const told = await status(42, first.body.requestId)
  expect(told).toMatchObject({ status: 503, body: { code: 'STATUS_UNAVAILABLE' } })
  expect(told.headers.get('retry-after')).toBe('1')
  expect((await follow(api, 42, first.body.requestId)).status).toBe(503)
  expect((await call(api, 'GET', '/api/coupons/42', { as: 42 })).status).toBe(503)
  expect((await call(api, 'GET', `/api/coupon-policies/${couponPolicyId}`)).status).toBe(503)
  // Nobody can tell whether there is such a policy: that is not "there is none".
  expect((await ask(api, 42, 424_242)).status).toBe(503)

  // An outcome that cannot be stored waits, and the replica stays in the gateway nonetheless.
  const couponId = await h.issue(request, 1)
  await waitFor('the outcome to wait', async () => Number((await metric(api, 'kafka_consumer_outages_total'))[0]) > 0)
  await waitFor('it to be ready', async () => (await fetch(`${api.url}/health/ready`)).status === 200)
  await redis.resume()
  const outcome = await waitFor('the outcome', async () => {
    const { body } = await status(42, first.body.requestId)
    return body.status === 'ISSUED' && body
  })
  expect(outcome).toMatchObject({ couponId, rank: 1 })
  // The note that could not be written is made up for, and the key still leads to its request.
  const noted = await waitFor('the second request', async () => {
    const answer = await status(43, second.body.requestId)
    return answer.status === 200 && answer
  })
  expect(noted.body.status).toBe('PENDING')
  const again = await ask(api, 43, couponPolicyId, { 'idempotency-key': 'away' })
  expect(again).toMatchObject({ status: 202, body: { requestId: second.body.requestId } })
})

test('a policy that is made while Redis is away is never said not to be, and is had as soon as it is back', async () => {
  const toBe = 8_001
  // Somebody looked for it too early.
  // Redis may have come back a moment ago only.
  await waitFor('it not to be there', async () => (await ask(api, 80, toBe)).status === 404)
  await redis.down()
  await h.policy({ couponPolicyId: toBe })
  // The one replica that is told of it by Kafka need not wait for Redis.
  await waitFor('the request to be taken', async () => {
    const { status } = await ask(api, 80, toBe)
    expect([202, 503]).toContain(status)
    return status === 202
  })
  // Nor does another, whether or not Kafka gives that partition to it.
  const other = await h.startApi(env())
  expect([202, 503]).toContain((await ask(other, 81, toBe)).status)
  expect((await ask(other, 81, 8_002)).status).toBe(503)
  expect((await call(other, 'GET', '/api/coupon-policies')).status).toBe(503)
  await redis.resume()
  await waitFor('both to know it', async () => {
    const answers = [await ask(api, 82, toBe), await ask(other, 83, toBe)]
    for (const { status } of answers) expect([202, 503]).toContain(status)
    return answers.every(({ status }) => status === 202)
  })
  await waitFor('the list', async () => {
    const { body } = await call(other, 'GET', '/api/coupon-policies?after=8000')
    return (body.items as unknown[] | undefined)?.length === 1
  })
  await other.stop()
})

test('a Redis that hangs costs a moment once, then nothing', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  redis.block()
  const began = performance.now()
  const answers: Awaited<ReturnType<typeof ask>>[] = []
  for (let userId = 100; userId < 150; userId++) answers.push(await ask(api, userId, couponPolicyId))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]))
  expect((await status(100, answers[0]!.body.requestId)).status).toBe(503)
  // One after the other they would take longer than that, if each of them waited.
  expect(performance.now() - began).toBeLessThan(50 * READ_MODEL_TIMEOUT_MS)
  await redis.resume()
  await waitFor('the first status', async () => (await status(100, answers[0]!.body.requestId)).status === 200)
})

test('an outcome that came while the subscription was cut still ends the wait and the stream', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  // Not behind the proxy: it goes on consuming while the first replica is cut off.
  const other = await h.startApi()
  const { requestId } = (await ask(api, 200, couponPolicyId, { 'idempotency-key': 'cut' })).body
  const stream = await follow(api, 200, requestId)
  const held = ask(api, 200, couponPolicyId, { 'idempotency-key': 'cut', prefer: 'wait=30' })
  await waitFor('both to wait', async () => (await metric(api, 'coupon_waiters'))[0] === '2')
  await redis.down()
  const couponId = await h.issue(await h.requestOf(requestId), 1)
  await redis.resume()
  expect(await held).toMatchObject({ status: 200, body: { status: 'ISSUED', couponId } })
  await stream.ended
  expect(stream.events.at(-1)).toMatchObject({ id: 'ISSUED', data: { couponId } })
  await other.stop()
})

test('a replica that starts without Redis knows the policies, refuses nothing it cannot judge, and recovers by itself', async () => {
  const known = await h.policy()
  await redis.down()
  const late = await h.startApi(env())
  expect((await ask(late, 300, known.couponPolicyId)).status).toBe(202)
  expect((await ask(late, 300, 424_243)).status).toBe(503)
  // Nor need it be told of new ones by Redis.
  const made = await h.policy()
  await waitFor('the new policy', async () => (await ask(late, 300, made.couponPolicyId)).status === 202)
  await redis.resume()
  const { couponPolicyId } = await h.policy()
  await waitFor('the replica to know the policy', async () => (await ask(late, 300, couponPolicyId)).status === 202)
  await late.stop()
})

test('a Kafka that cannot take a request: 503, told who and what, and nothing is kept', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  kafka.block()
  const refused = await ask(api, 400, couponPolicyId, { 'idempotency-key': 'kafka-away' })
  const { requestId } = refused.body
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.body).toEqual({
    requestId: expect.any(String),
    status: 'FAILED',
    code: 'COUPON_REQUEST_NOT_ACCEPTED',
    reason: 'DELIVERY_TIMEOUT',
    userId: 400,
    couponPolicyId,
  })
  expect(api.logs()).toContainEqual(
    expect.objectContaining({ msg: 'request not accepted', userId: 400, couponPolicyId, requestId }),
  )
  expect((await status(400, requestId)).status).toBe(404)
  await waitFor('not ready', async () => (await fetch(`${api.url}/health/ready`)).status === 503)

  await kafka.resume()
  const accepted = await waitFor('the same request to be accepted', async () => {
    const answer = await ask(api, 400, couponPolicyId, { 'idempotency-key': 'kafka-away' })
    return answer.status === 202 && answer
  })
  expect(accepted.body.requestId).toBe(requestId)
  await waitFor('ready again', async () => (await fetch(`${api.url}/health/ready`)).status === 200)
})

test('a full buffer is told at once', async () => {
  const small = await h.startApi({ KAFKA_BUFFER_BYTES: '1' })
  const { couponPolicyId } = await knownPolicy(h, small)
  expect(await ask(small, 500, couponPolicyId)).toMatchObject({ status: 503, body: { reason: 'BUFFER_FULL' } })
  await small.stop()
})
