import { couponPolicyChanged } from '@firstcome/events'
import { type TestApp, waitFor } from '@firstcome/testing'
import { validate, version } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { group } from '../src/outcomes/consume.ts'
import { heardAll } from '../src/policies/heard-all.ts'
import { ask, call, type Harness, harness, knownPolicy } from './harness.ts'

let h: Harness
let api: TestApp
beforeAll(async () => {
  h = await harness()
  api = await h.startApi({ COUPON_POLICY_WAIT_MS: '300' })
})

test('202 is said for a request that is in the log: keyed by its policy, with its envelope', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const { status, headers, body } = await ask(api, 42, couponPolicyId, { 'x-request-id': 'story-1' })
  expect(status).toBe(202)
  const requestId = String(body.requestId)
  expect([validate(requestId), version(requestId)]).toEqual([true, 7])
  expect(headers.get('location')).toBe(`/api/coupon-requests/${requestId}`)
  const queue = { position: expect.any(Number), ahead: expect.any(Number) }
  expect(body).toEqual({ requestId, status: 'PENDING', userId: 42, couponPolicyId, message: 'request created', queue })

  const record = await h.requestOf(requestId)
  expect(record).toMatchObject({
    key: String(couponPolicyId),
    id: requestId,
    source: 'coupon-api',
    type: 'firstcome.coupons.CouponIssueRequested',
    value: { requestId, userId: 42, couponPolicyId },
  })
  expect(Math.abs(record.value.requestedAt - Date.now())).toBeLessThan(60_000)
  expect(record.headers).toMatchObject({
    ce_specversion: '1.0',
    'content-type': 'application/avro',
    'correlation-id': 'story-1',
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
  })
})

test('its status is told from the first moment on, to its owner and to an admin', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const { headers, body } = await ask(api, 43, couponPolicyId)
  const status = await call(api, 'GET', headers.get('location')!, { as: 43 })
  expect(status).toMatchObject({ status: 200, body: { requestId: body.requestId, status: 'PENDING', userId: 43 } })
  expect((await call(api, 'GET', headers.get('location')!, { as: 1, admin: true })).status).toBe(200)
  expect(await call(api, 'GET', headers.get('location')!, { as: 44 })).toMatchObject({
    status: 403,
    body: { code: 'FORBIDDEN' },
  })
})

test('the place in the queue is the place in the log', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const positions: number[] = []
  for (let userId = 100; userId < 105; userId++) {
    const { body } = await ask(api, userId, couponPolicyId)
    positions.push((body.queue as { position: number }).position)
  }
  expect(positions.map((position) => position - positions[0]!)).toEqual([0, 1, 2, 3, 4])
})

const wrong: [what: string, as: number | 'nobody', path: string, body: unknown, status: number, code: string][] = [
  ['without a token', 'nobody', '/api/coupons/50', { couponPolicyId: 1 }, 401, 'UNAUTHENTICATED'],
  ['for another user', 51, '/api/coupons/50', { couponPolicyId: 1 }, 403, 'FORBIDDEN'],
  ['with a user id that is no number', 50, '/api/coupons/abc', { couponPolicyId: 1 }, 400, 'VALIDATION_FAILED'],
  ['with a user id beyond 2^53', 50, '/api/coupons/9007199254740992', { couponPolicyId: 1 }, 400, 'VALIDATION_FAILED'],
  ['without a policy', 50, '/api/coupons/50', {}, 400, 'VALIDATION_FAILED'],
  ['with a policy as text', 50, '/api/coupons/50', { couponPolicyId: '1' }, 400, 'VALIDATION_FAILED'],
  ['with a fraction of a policy', 50, '/api/coupons/50', { couponPolicyId: 1.5 }, 400, 'VALIDATION_FAILED'],
  ['with an unknown field', 50, '/api/coupons/50', { couponPolicyId: 1, userId: 51 }, 400, 'VALIDATION_FAILED'],
  ['with broken JSON', 50, '/api/coupons/50', '{"couponPolicyId":', 400, 'MALFORMED_JSON'],
  ['with 17 KiB', 50, '/api/coupons/50', { couponPolicyId: 1, x: 'x'.repeat(17_000) }, 413, 'BODY_TOO_LARGE'],
  ['for an unknown policy', 50, '/api/coupons/50', { couponPolicyId: 999_999 }, 404, 'COUPON_POLICY_NOT_FOUND'],
]

test.each(wrong)('asking %s is told so, and leaves nothing in the topic', async (_, as, path, body, status, code) => {
  const { couponPolicyId } = await knownPolicy(h, api)
  await everythingHeard()
  const answer = await call(api, 'POST', path, { as, body })
  expect(answer).toMatchObject({ status, body: { status, code, traceId: expect.any(String) } })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  await nothingWritten(couponPolicyId, 50, 51)
})

test('an admin may not ask for others', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const answer = await call(api, 'POST', '/api/coupons/50', { as: 1, admin: true, body: { couponPolicyId } })
  expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  await nothingWritten(couponPolicyId, 50, 1)
})

test.each(['', 'x'.repeat(256), 'with space', 'ümlaut'])('%j is no Idempotency-Key', async (key) => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const answer = await ask(api, 50, couponPolicyId, { 'idempotency-key': Buffer.from(key).toString('latin1') })
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'VALIDATION_FAILED', errors: [{ field: 'idempotency-key' }] },
  })
  await nothingWritten(couponPolicyId, 50)
})

test('a content type other than JSON, another method, another user’s coupons: each has its answer', async () => {
  const form = { as: 50, body: 'couponPolicyId=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  expect((await call(api, 'POST', '/api/coupons/50', form)).status).toBe(415)
  const put = await call(api, 'PUT', '/api/coupons/50', { as: 50 })
  expect([put.status, put.headers.get('allow')]).toEqual([405, expect.stringMatching(/GET.*POST|POST.*GET/)])
  expect((await call(api, 'GET', '/api/coupons/50', { as: 51 })).status).toBe(403)
  expect((await call(api, 'GET', '/api/coupon-requests/not-a-uuid', { as: 50 })).status).toBe(404)
  const unknown = '/api/coupon-requests/01890a5d-ac96-774b-bcce-b302099a8057'
  expect(await call(api, 'GET', unknown, { as: 50 })).toMatchObject({
    status: 404,
    body: { code: 'COUPON_REQUEST_NOT_FOUND' },
  })
  await everythingHeard()
  expect(await call(api, 'GET', '/api/coupon-policies/999998')).toMatchObject({
    status: 404,
    body: { code: 'COUPON_POLICY_NOT_FOUND' },
  })
})

test('a policy whose event is on its way is waited for, not refused', async () => {
  const patient = await h.startApi({ COUPON_POLICY_WAIT_MS: '20000' })
  const policyToBe = 7_001
  const asked = ask(patient, 45, policyToBe)
  await h.policy({ couponPolicyId: policyToBe })
  expect((await asked).status).toBe(202)
  await patient.stop()
})

/** The replica knows its policies before its group has consumed them, and says 503 to a policy it does not know until then. */
async function everythingHeard(): Promise<void> {
  const heard = heardAll({ kafka: h.kafka, group, topic: couponPolicyChanged.topic, patienceMs: 1 })
  await waitFor('the group to have heard of every policy', heard)
}

/** A request after it that did get through shows that the log was read past the place where it would be. */
async function nothingWritten(couponPolicyId: number, ...users: number[]): Promise<void> {
  const { body } = await ask(api, 9_999, couponPolicyId)
  await h.requestOf(body.requestId)
  expect(h.requests.filter(({ value }) => users.includes(value.userId))).toEqual([])
}
