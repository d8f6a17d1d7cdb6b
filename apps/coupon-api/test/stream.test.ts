import { type TestApp, waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import { ask, call, type Harness, harness, knownPolicy, metric } from './harness.ts'
import { follow } from './stream.ts'

let h: Harness
let apis: [TestApp, TestApp]
beforeAll(async () => {
  h = await harness()
  const env = { COUPON_STREAM_HEARTBEAT_MS: '50', COUPON_STREAM_RETRY_MS: '700' }
  apis = await Promise.all([h.startApi(env), h.startApi(env)])
})

test.each([0, 1])('a stream on replica %d tells the state, the outcome, and ends', async (index) => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const { requestId } = (await ask(apis[0], 42, couponPolicyId)).body
  const stream = await follow(apis[index]!, 42, requestId)
  await waitFor('the first event', () => stream.events.length > 0)
  const couponId = await h.issue(await h.requestOf(requestId), 1)
  await stream.ended
  expect(stream.events[0]).toMatchObject({
    event: 'status',
    id: expect.stringMatching(/^PENDING-\d+$/),
    data: { requestId, status: 'PENDING', queue: { position: expect.any(Number) } },
  })
  expect(stream.events.at(-1)).toEqual({
    event: 'status',
    id: 'ISSUED',
    data: { requestId, status: 'ISSUED', userId: 42, couponPolicyId, couponId, rank: 1 },
  })
})

test('who comes after the outcome is told it at once; who comes back with its id is told to stop', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const { requestId } = (await ask(apis[0], 43, couponPolicyId)).body
  await h.refuse(await h.requestOf(requestId), 'COUPON_SOLD_OUT')
  await (await follow(apis[0], 43, requestId)).ended
  const late = await follow(apis[0], 43, requestId, { 'last-event-id': 'PENDING-3' })
  await late.ended
  expect(late.events.map(({ data }) => [data.status, data.reason])).toEqual([['REJECTED', 'COUPON_SOLD_OUT']])
  expect((await follow(apis[0], 43, requestId, { 'last-event-id': 'REJECTED' })).status).toBe(204)
})

test('a better place in the queue is told while waiting', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const ids: unknown[] = []
  for (let userId = 50; userId < 55; userId++) ids.push((await ask(apis[0], userId, couponPolicyId)).body.requestId)
  const stream = await follow(apis[1], 54, ids[4])
  await h.refuse(await h.requestOf(ids[2]), 'COUPON_SOLD_OUT')
  await waitFor('one request ahead', () => stream.events.some(({ id }) => id === 'PENDING-1'))
  const places = stream.events.map(({ data }) => (data.queue as { ahead: number }).ahead)
  expect(places).toEqual(places.toSorted((a, b) => b - a))
  stream.leave()
  await stream.ended.catch(() => {})
  await waitFor('the stream to be closed', async () => (await metric(apis[1], 'coupon_streams'))[0] === '0')
})

test('a stream that broke goes on at another replica, with no place that is not better than the last one', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const ids: unknown[] = []
  for (let userId = 80; userId < 86; userId++) ids.push((await ask(apis[0], userId, couponPolicyId)).body.requestId)
  const { partition, offset } = await h.requestOf(ids[5])
  const progress = `${h.prefix}{coupons}:progress`
  await h.redis.hset(progress, partition, offset - 4)
  // This client has heard of a better place than the read model now knows: 2 ahead, not 3.
  const again = await follow(apis[1], 85, ids[5], { 'last-event-id': 'PENDING-2' })
  const fresh = await follow(apis[1], 85, ids[5])
  await waitFor('the place of one who has seen nothing', () => fresh.events.length > 0)
  expect(fresh.events[0]!.id).toBe('PENDING-3')
  await h.refuse(await h.requestOf(ids[4]), 'COUPON_SOLD_OUT')
  await waitFor('a better place', () => [again, fresh].every(({ events }) => events.at(-1)?.id === 'PENDING-0'))
  expect(again.events.map(({ id }) => id)).toEqual(['PENDING-0'])

  await h.refuse(await h.requestOf(ids[5]), 'COUPON_SOLD_OUT')
  await Promise.all([again.ended, fresh.ended])
  // It has seen that outcome, the other one has not.
  const seen = { 'last-event-id': again.events.at(-1)!.id }
  expect((await follow(apis[0], 85, ids[5], seen)).status).toBe(204)
  const late = await follow(apis[0], 85, ids[5], { 'last-event-id': 'PENDING-0' })
  await late.ended
  expect(late.events.map(({ id }) => id)).toEqual(['REJECTED'])
})

test('a silent stream says that it is there, and when to come back', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const { requestId } = (await ask(apis[0], 62, couponPolicyId)).body
  const stream = await follow(apis[0], 62, requestId)
  await waitFor('two heartbeats', () => stream.text().split(': still here').length > 2)
  const retryMs = Number(/^retry: (\d+)\n\n/.exec(stream.text())?.[1])
  expect(retryMs).toBeGreaterThanOrEqual(350)
  expect(retryMs).toBeLessThanOrEqual(1_050)
  stream.leave()
  await stream.ended.catch(() => {})
})

test('a dead letter that was replayed is told to one who was told FAILED, and only to that one', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const { requestId } = (await ask(apis[0], 63, couponPolicyId)).body
  const request = await h.requestOf(requestId)
  await h.refuse(request, 'COUPON_ISSUE_FAILED')
  const first = await follow(apis[0], 63, requestId)
  await first.ended
  expect(first.events.at(-1)).toMatchObject({ id: 'FAILED', data: { status: 'FAILED' } })
  expect((await follow(apis[1], 63, requestId, { 'last-event-id': 'FAILED' })).status).toBe(204)

  await h.issue(request, 1)
  await waitFor('the coupon', async () => {
    const { body } = await call(apis[1], 'GET', `/api/coupon-requests/${requestId}`, { as: 63 })
    return body.status === 'ISSUED'
  })
  const second = await follow(apis[1], 63, requestId, { 'last-event-id': 'FAILED' })
  await second.ended
  expect(second.events.map(({ id }) => id)).toEqual(['ISSUED'])
  expect((await follow(apis[0], 63, requestId, { 'last-event-id': 'ISSUED' })).status).toBe(204)
})

test('a stream is for its owner, and for a request that exists', async () => {
  const { couponPolicyId } = await knownPolicy(h, apis[0])
  const { requestId } = (await ask(apis[0], 60, couponPolicyId)).body
  expect((await follow(apis[0], 61, requestId)).status).toBe(403)
  expect((await follow(apis[0], 60, '01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(404)
  expect((await call(apis[0], 'GET', `/api/coupon-requests/${requestId}/events`)).status).toBe(401)
})

test('a replica that stops ends its streams and held answers, and says so with 202', async () => {
  const leaving = await h.startApi()
  const { couponPolicyId } = await knownPolicy(h, leaving)
  const held = ask(leaving, 70, couponPolicyId, { prefer: 'wait=30' })
  const { value } = await waitFor('the request', () => h.requests.find(({ value }) => value.userId === 70))
  // It is in the log before it is noted, and only then can it be followed.
  const itself = `/api/coupon-requests/${value.requestId}`
  await waitFor('its note', async () => (await call(leaving, 'GET', itself, { as: 70 })).status === 200)
  const stream = await follow(leaving, 70, value.requestId)
  await waitFor('the first event', () => stream.events.length > 0)
  const exit = leaving.stop()
  await stream.ended
  expect((await held).status).toBe(202)
  expect(await exit).toEqual({ code: 0, signal: null })
})
