import { type TestApp, waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import { ask, call, type Harness, harness, knownPolicy, metric } from './harness.ts'
import { follow } from './stream.ts'

let h: Harness
let apis: [TestApp, TestApp]
beforeAll(async () => {
  h = await harness()
  apis = await Promise.all([h.startApi(), h.startApi()])
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
  const request = await waitFor('the request', () => h.requests.find(({ value }) => value.userId === 70))
  const stream = await follow(leaving, 70, request.value.requestId)
  await waitFor('the first event', () => stream.events.length > 0)
  const exit = leaving.stop()
  await stream.ended
  expect((await held).status).toBe(202)
  expect(await exit).toEqual({ code: 0, signal: null })
})
