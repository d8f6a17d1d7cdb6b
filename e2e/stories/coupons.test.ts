import { testStack, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { call, someUser, tokenOf } from '../client.ts'
import { askCoupon, outcomeOf, policy, policyOf } from '../coupons.ts'

test('a request is accepted at once with its place in the queue, and the coupon follows', async () => {
  const user = someUser()
  const couponPolicyId = await policyOf(10)

  const asked = await askCoupon(user, couponPolicyId)
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ status: 'PENDING', userId: user, couponPolicyId })
  expect(asked.body).toMatchObject({ requestId: expect.any(String), queue: { position: expect.any(Number) } })
  expect(asked.headers.get('location')).toBe(`/api/coupon-requests/${asked.body.requestId}`)

  const outcome = await outcomeOf(user, asked.body.requestId)
  expect(outcome).toMatchObject({ status: 'ISSUED', rank: 1, couponId: expect.any(String) })
})

test('a client that prefers to wait hears the outcome in the response', async () => {
  const [winner, loser] = [someUser(), someUser()]
  const couponPolicyId = await policyOf(1)
  const prefer = { prefer: 'wait=10' }

  expect(await askCoupon(winner, couponPolicyId, prefer)).toMatchObject({
    status: 200,
    body: { status: 'ISSUED', rank: 1 },
  })
  expect(await askCoupon(winner, couponPolicyId, prefer)).toMatchObject({
    status: 409,
    body: { code: 'COUPON_ALREADY_ISSUED' },
  })
  expect(await askCoupon(loser, couponPolicyId, prefer)).toMatchObject({
    status: 409,
    body: { code: 'COUPON_SOLD_OUT' },
  })
})

test('the same Idempotency-Key is the same request, before and after its outcome', async () => {
  const user = someUser()
  const couponPolicyId = await policyOf(10)
  const key = { 'idempotency-key': `ask-${user}` }

  const [first, second] = await Promise.all([
    askCoupon(user, couponPolicyId, key),
    askCoupon(user, couponPolicyId, key),
  ])
  expect([200, 202]).toContain(first.status)
  expect([200, 202]).toContain(second.status)
  expect(second.body.requestId).toBe(first.body.requestId)

  await outcomeOf(user, first.body.requestId)
  const later = await askCoupon(user, couponPolicyId, key)
  expect(later).toMatchObject({ status: 200, body: { requestId: first.body.requestId, status: 'ISSUED', rank: 1 } })
  expect((await policy(couponPolicyId)).body.issuedQuantity).toBe(1)
})

test('the event stream of a request ends with its outcome', async () => {
  const user = someUser()
  const couponPolicyId = await policyOf(10)
  const { requestId } = (await askCoupon(user, couponPolicyId)).body

  const stream = await fetch(`${testStack().gatewayUrl}/api/coupon-requests/${requestId}/events`, {
    headers: { authorization: `Bearer ${await tokenOf(user)}` },
  })
  expect(stream.status).toBe(200)
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  // The end of the text is the end of the stream: it closes by itself.
  const data = (await stream.text()).split('\n').filter((line) => line.startsWith('data:'))
  expect(JSON.parse(data.at(-1)!.slice(5))).toMatchObject({ requestId, status: 'ISSUED', rank: 1 })
})

test('the policy counts what is gone, and the user has the coupon', async () => {
  const user = someUser()
  const couponPolicyId = await policyOf(3)
  const issued = await askCoupon(user, couponPolicyId, { prefer: 'wait=10' })

  await waitFor('the policy to count it', async () => (await policy(couponPolicyId)).body.issuedQuantity === 1)
  expect((await policy(couponPolicyId)).body).toMatchObject({ totalQuantity: 3, issuedQuantity: 1, remaining: 2 })
  const mine = await call(`GET /api/coupons/${user}`, { as: user })
  expect(mine.status).toBe(200)
  expect(JSON.stringify(mine.body)).toContain(issued.body.couponId)
})

test('somebody else cannot look at a request', async () => {
  const user = someUser()
  const { requestId } = (await askCoupon(user, await policyOf(1))).body

  expect((await call(`GET /api/coupon-requests/${requestId}`, { as: user })).status).toBe(200)
  expect([403, 404]).toContain((await call(`GET /api/coupon-requests/${requestId}`, { as: someUser() })).status)
})

test('a policy that has not opened yet says so, and issues nothing', async () => {
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  const couponPolicyId = await policyOf(1, { opensAt })

  const early = await askCoupon(someUser(), couponPolicyId, { prefer: 'wait=10' })
  expect(early).toMatchObject({ status: 409, body: { code: 'COUPON_NOT_OPEN' } })
})
