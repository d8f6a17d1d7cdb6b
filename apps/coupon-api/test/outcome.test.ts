import { type TestApp, testToken, waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import { type Answer, ask, call, type Harness, harness, knownPolicy, metric } from './harness.ts'

let h: Harness
/** Two replicas: they share the partitions, so each hears some outcomes only through the other. */
let apis: [TestApp, TestApp]
let api: TestApp
beforeAll(async () => {
  h = await harness()
  apis = await Promise.all([h.startApi(), h.startApi()])
  api = apis[0]
})

const status = (app: TestApp, userId: number, requestId: unknown): Promise<Answer> =>
  call(app, 'GET', `/api/coupon-requests/${requestId}`, { as: userId })

const settled = (app: TestApp, userId: number, requestId: unknown): Promise<Answer> =>
  waitFor(`the outcome of ${requestId}`, async () => {
    const answer = await status(app, userId, requestId)
    return answer.status === 200 && answer.body.status !== 'PENDING' && answer
  })

test('an issued coupon is in the status, in the list of its owner and in the numbers of its policy', async () => {
  const { couponPolicyId } = await knownPolicy(h, api, { totalQuantity: 3, name: 'Three' })
  const { body } = await ask(api, 42, couponPolicyId)
  const couponId = await h.issue(await h.requestOf(body.requestId), 1)
  const { requestId } = body
  expect((await settled(api, 42, requestId)).body).toEqual({
    requestId,
    status: 'ISSUED',
    userId: 42,
    couponPolicyId,
    couponId,
    rank: 1,
  })
  expect((await call(api, 'GET', '/api/coupons/42', { as: 42 })).body).toEqual({
    userId: 42,
    coupons: [{ couponId, couponPolicyId, rank: 1, issuedAt: expect.stringMatching(/^\d{4}-.*Z$/) }],
  })
  expect((await call(api, 'GET', `/api/coupon-policies/${couponPolicyId}`)).body).toEqual({
    couponPolicyId,
    name: 'Three',
    totalQuantity: 3,
    issuedQuantity: 1,
    remaining: 2,
    status: 'OPEN',
    opensAt: null,
    closesAt: null,
    ordering: 'strict',
  })
})

test('a business no is REJECTED with its reason, a request that was given up is FAILED', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const early = (await ask(api, 50, couponPolicyId)).body.requestId
  const lost = (await ask(api, 51, couponPolicyId)).body.requestId
  await h.refuse(await h.requestOf(early), 'COUPON_NOT_OPEN')
  await h.refuse(await h.requestOf(lost), 'COUPON_ISSUE_FAILED')
  expect((await settled(api, 50, early)).body).toMatchObject({ status: 'REJECTED', reason: 'COUPON_NOT_OPEN' })
  expect((await settled(api, 51, lost)).body).toMatchObject({ status: 'FAILED', reason: 'COUPON_ISSUE_FAILED' })
})

test('an outcome that is delivered again counts once', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const { requestId } = (await ask(api, 60, couponPolicyId)).body
  const after = (await ask(api, 61, couponPolicyId)).body.requestId
  const request = await h.requestOf(requestId)
  await h.issue(request, 1)
  await h.issue(request, 1)
  await h.issue(request, 1)
  await h.issue(await h.requestOf(after), 2)
  // One partition, in order: when the last is known, all before it were handled.
  await settled(api, 61, after)
  const policy = await call(api, 'GET', `/api/coupon-policies/${couponPolicyId}`)
  expect(policy.body).toMatchObject({ issuedQuantity: 2, remaining: 98 })
  expect((await call(api, 'GET', '/api/coupons/60', { as: 60 })).body.coupons).toHaveLength(1)
})

test('what is certain is answered at once, and a restock ends "sold out"', async () => {
  const policy = await knownPolicy(h, api, { totalQuantity: 1 })
  const { couponPolicyId } = policy
  const { requestId } = (await ask(api, 70, couponPolicyId)).body
  await h.issue(await h.requestOf(requestId), 1)
  await settled(api, 70, requestId)

  const again = await ask(api, 70, couponPolicyId)
  expect(again).toMatchObject({ status: 409, body: { code: 'COUPON_ALREADY_ISSUED', status: 409, userId: 70 } })
  expect(again.headers.get('content-type')).toContain('application/problem+json')
  expect(await ask(api, 71, couponPolicyId)).toMatchObject({ status: 409, body: { code: 'COUPON_SOLD_OUT' } })
  expect((await call(api, 'GET', `/api/coupon-policies/${couponPolicyId}`)).body).toMatchObject({
    status: 'SOLD_OUT',
    remaining: 0,
  })

  await h.policy({ ...policy, totalQuantity: 2, changedAt: policy.changedAt + 1 })
  const restocked = await waitFor('a request after the restock', async () => {
    const answer = await ask(api, 71, couponPolicyId)
    return answer.status === 202 && answer
  })
  const requests = (await h.requestOf(restocked.body.requestId)) && h.requests
  expect(
    requests.filter(({ value }) => value.couponPolicyId === couponPolicyId).map(({ value }) => value.userId),
  ).toEqual([70, 71])
})

test('Prefer: wait holds the answer until the outcome, whichever replica consumed it', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  // Both replicas hold an answer, and one of them consumes the partition: the other can only hear of it.
  const held = apis.map((app, index) => ask(app, 80 + index, couponPolicyId, { prefer: 'wait=30' }))
  for (const [index, answer] of held.entries()) {
    const userId = 80 + index
    const request = await waitFor('the request', () => h.requests.find(({ value }) => value.userId === userId))
    const couponId = await h.issue(request, index + 1)
    const { requestId } = request.value
    expect(await answer).toMatchObject({
      status: 200,
      body: { requestId, status: 'ISSUED', couponId, rank: index + 1, userId, couponPolicyId },
    })
    expect((await answer).headers.get('preference-applied')).toBe('wait=30')
  }
})

test.each([
  ['COUPON_SOLD_OUT', 409],
  ['COUPON_ALREADY_ISSUED', 409],
  ['COUPON_NOT_OPEN', 409],
  ['COUPON_ISSUE_FAILED', 500],
] as const)('a wait that ends with %s is answered %d', async (reason, expected) => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const held = ask(api, 90, couponPolicyId, { prefer: 'wait=30' })
  const request = await waitFor('the request', () =>
    h.requests.find(({ value }) => value.couponPolicyId === couponPolicyId),
  )
  await h.refuse(request, reason)
  const answer = await held
  const { requestId } = request.value
  expect(answer).toMatchObject({ status: expected, body: { code: reason, status: expected, requestId } })
  expect(answer.headers.get('preference-applied')).toBe('wait=30')
})

test('a wait that runs out ends with 202', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const began = performance.now()
  const answer = await ask(api, 95, couponPolicyId, { prefer: 'wait=1' })
  expect(performance.now() - began).toBeGreaterThanOrEqual(990)
  expect(answer).toMatchObject({ status: 202, body: { status: 'PENDING' } })
  expect(answer.headers.get('preference-applied')).toBe('wait=1')
})

test('the same Idempotency-Key is the same request, on any replica, in its present state', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const key = { 'idempotency-key': 'one-and-the-same' }
  const first = await ask(api, 100, couponPolicyId, key)
  const { requestId } = first.body
  expect(first.status).toBe(202)
  const second = await ask(apis[1], 100, couponPolicyId, key)
  expect(second).toMatchObject({ status: 202, body: { requestId, status: 'PENDING' } })
  expect(second.headers.get('idempotent-replayed')).toBe('true')

  const held = ask(apis[1], 100, couponPolicyId, { ...key, prefer: 'wait=30' })
  const couponId = await h.issue(await h.requestOf(requestId), 1)
  expect(await held).toMatchObject({ status: 200, body: { requestId, status: 'ISSUED', couponId } })
  expect(await ask(api, 100, couponPolicyId, key)).toMatchObject({ status: 200, body: { requestId, status: 'ISSUED' } })
  expect(h.requests.filter(({ value }) => value.requestId === requestId)).toHaveLength(1)
  // Without the key it is another request, and that one is refused.
  expect((await ask(api, 100, couponPolicyId)).status).toBe(409)
})

test('a repeated request that was refused is told so with 200, never with a 409 against itself', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const key = { 'idempotency-key': 'refused' }
  const { requestId } = (await ask(api, 101, couponPolicyId, key)).body
  await h.refuse(await h.requestOf(requestId), 'COUPON_SOLD_OUT')
  await settled(api, 101, requestId)
  expect(await ask(api, 101, couponPolicyId, key)).toMatchObject({
    status: 200,
    body: { requestId, status: 'REJECTED', reason: 'COUPON_SOLD_OUT' },
  })
})

test('the same key for another policy is refused; of another user it is another request', async () => {
  const one = await knownPolicy(h, api)
  const other = await knownPolicy(h, api)
  const key = { 'idempotency-key': 'shared' }
  const { requestId } = (await ask(api, 102, one.couponPolicyId, key)).body
  expect(await ask(api, 102, other.couponPolicyId, key)).toMatchObject({
    status: 422,
    body: { code: 'IDEMPOTENCY_KEY_REUSED' },
  })
  const theirs = await ask(api, 103, one.couponPolicyId, key)
  expect(theirs.status).toBe(202)
  expect(theirs.body.requestId).not.toBe(requestId)
})

test('while it waits, the place in the queue only gets better', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const ids: unknown[] = []
  for (let userId = 200; userId < 210; userId++) ids.push((await ask(api, userId, couponPolicyId)).body.requestId)
  const last = ids.at(-1)
  const place = async (app: TestApp) => (await status(app, 209, last)).body.queue as { position: number; ahead: number }
  const before = (await h.requestOf(last)).offset - (await h.requestOf(ids[0])).offset
  expect((await place(api)).ahead).toBeGreaterThanOrEqual(before)

  await h.refuse(await h.requestOf(ids[6]), 'COUPON_SOLD_OUT')
  await settled(api, 206, ids[6])
  expect(await place(apis[0])).toEqual({ position: 3, ahead: 2 })
  await h.refuse(await h.requestOf(ids[2]), 'COUPON_SOLD_OUT')
  await settled(api, 202, ids[2])
  expect(await place(apis[1])).toEqual({ position: 3, ahead: 2 })
})

test('whichever replica is asked, and in whichever way, a place is never worse than the one told before', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const key = { 'idempotency-key': 'place' }
  for (let userId = 220; userId < 228; userId++) await ask(api, userId, couponPolicyId)
  const { requestId } = (await ask(api, 228, couponPolicyId, key)).body
  const { partition, offset } = await h.requestOf(requestId)
  const progress = `${h.prefix}{coupons}:progress`
  const aheadOf = (answer: Answer) => (answer.body.queue as { ahead: number }).ahead
  const everywhere = async () =>
    (await Promise.all(apis.flatMap((app) => [status(app, 228, requestId), ask(app, 228, couponPolicyId, key)]))).map(
      aheadOf,
    )

  // Decided, and not announced yet: no replica has heard of it.
  await h.redis.hset(progress, partition, offset - 4)
  expect(await everywhere()).toEqual([3, 3, 3, 3])
  // The 202 of a request that comes now counts from there, too; also the one that waited in vain.
  expect(aheadOf(await ask(apis[1], 229, couponPolicyId))).toBe(4)
  expect(aheadOf(await ask(apis[0], 230, couponPolicyId, { prefer: 'wait=1' }))).toBe(5)
  // Long enough to be met while it lasts.
  const held = ask(apis[0], 228, couponPolicyId, { ...key, prefer: 'wait=5' })
  await waitFor('the wait to begin', async () => (await metric(api, 'coupon_waiters'))[0] === '1')
  await h.redis.hset(progress, partition, offset - 3)
  expect(aheadOf(await held)).toBe(2)
  expect(await everywhere()).toEqual([2, 2, 2, 2])
  // The read model has lost its data.
  await h.redis.hdel(progress, String(partition))
  expect(await everywhere()).toEqual([2, 2, 2, 2])
})

test('the metrics count what was accepted, what was refused and who waits', async () => {
  const { couponPolicyId } = await knownPolicy(h, api)
  const held = ask(api, 300, couponPolicyId, { prefer: 'wait=30' })
  const request = await waitFor('the request', () =>
    h.requests.find(({ value }) => value.couponPolicyId === couponPolicyId),
  )
  expect(await metric(api, 'coupon_waiters')).toEqual(['1'])
  await h.issue(request, 1)
  await held
  expect(await metric(api, 'coupon_waiters')).toEqual(['0'])
  expect(await metric(api, 'coupon_read_model_available')).toEqual(['1'])
  expect(Number(await metric(api, 'coupon_requests_accepted_total'))).toBeGreaterThan(10)
  expect(Number(await metric(api, 'coupon_requests_refused_total', 'COUPON_SOLD_OUT'))).toBeGreaterThan(0)
})

test('a token is needed to see a request', async () => {
  const answer = await fetch(`${api.url}/api/coupon-requests/01890a5d-ac96-774b-bcce-b302099a8057`)
  expect(answer.status).toBe(401)
  const expired = await testToken(1, { expired: true })
  const stale = await fetch(`${api.url}/api/coupons/1`, { headers: { authorization: `Bearer ${expired}` } })
  expect(stale.status).toBe(401)
})
