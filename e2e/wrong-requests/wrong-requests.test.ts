import { generateKeyPairSync } from 'node:crypto'
import { testToken, waitFor } from '@firstcome/testing'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, someUser } from '../client.ts'
import { askCoupon, policyOf } from '../coupons.ts'
import { confirmed, paid, placed } from '../orders.ts'
import { quietTopics, recordCounts } from '../topics.ts'
import { wrongCouponRequests } from './coupons.ts'
import { wrongHttpRequests } from './http.ts'
import { wrongOrderRequests } from './orders.ts'
import { order, other, unknownId, user, type Wrong } from './wrong.ts'

/** All of them asked with the token of `user`, unless the case says otherwise. */
const wrongRequests = [...wrongOrderRequests, ...wrongCouponRequests, ...wrongHttpRequests]
const unauthenticated = { status: 401, code: 'UNAUTHENTICATED', headers: { 'www-authenticate': /^Bearer/ } }

let before: Record<string, number>
let policy: number
let theirOrder: string
let theirRequest: string
let paidOrder: string

beforeAll(async () => {
  policy = await policyOf(1_000)
  theirOrder = (await placed(other)).orderId
  theirRequest = (await askCoupon(other, policy, { prefer: 'wait=10' })).body.requestId
  paidOrder = (await placed(user)).orderId
  await paid(user, paidOrder)
  await confirmed(user, paidOrder)
  before = await quietTopics()
})

function problem(reply: Awaited<ReturnType<typeof call>>, wanted: Omit<Wrong, 'to' | 'what'>): void {
  expect(reply).toMatchObject({ status: wanted.status, type: expect.stringMatching(/^application\/problem\+json\b/) })
  expect(reply.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status: wanted.status,
    detail: expect.any(String),
    ...(wanted.code && { code: wanted.code }),
  })
  if (wanted.field) {
    const { field, wrong = expect.any(String) } = wanted
    expect(reply.body.errors).toContainEqual({ field, code: wrong, message: expect.any(String) })
  }
  for (const [name, pattern] of Object.entries(wanted.headers ?? {})) expect(reply.headers.get(name)).toMatch(pattern)
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*\.(ts|js):\d/)
}

describe('without a token', () => {
  const calls = [
    'POST /api/orders',
    `GET /api/orders/${unknownId}`,
    'POST /api/payments',
    `GET /api/payments/${unknownId}`,
    'POST /api/coupon-policies',
    'POST /api/coupon-policies/1/stock',
    'POST /api/coupon-policies/1/close',
    'POST /api/coupons/42',
    'GET /api/coupons/42',
    `GET /api/coupon-requests/${unknownId}`,
    `GET /api/coupon-requests/${unknownId}/events`,
  ]
  test.each(calls)('%s', async (to) => {
    problem(await call(to, to.startsWith('POST') ? { body: {} } : {}), unauthenticated)
  })
})

describe('with a token that is not worth its name', () => {
  test('expired', async () => {
    const token = await testToken(user, { expired: true })
    problem(await call('POST /api/orders', { token, body: order }), unauthenticated)
  })

  test("signed by somebody else's key", async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const claims = new SignJWT({ scope: 'admin' }).setProtectedHeader({ alg: 'EdDSA' }).setSubject(String(user))
    const token = await claims.setIssuer('firstcome').setAudience('firstcome').setExpirationTime('1h').sign(privateKey)
    problem(await call('POST /api/orders', { token, body: order }), unauthenticated)
  })

  test('no token at all behind the word Bearer', async () => {
    problem(await call('POST /api/orders', { token: 'nonsense', body: order }), unauthenticated)
  })
})

describe('with a good token', () => {
  test.each(wrongRequests)('$what: $status $code', async (wrong) => {
    problem(await call(wrong.to, { as: user, ...wrong.call }), wrong)
  })

  test("another user's order looks as if there were none", async () => {
    problem(await call(`GET /api/orders/${theirOrder}`, { as: user }), { status: 404, code: 'ORDER_NOT_FOUND' })
    const pay = { as: user, body: { orderId: theirOrder, method: 'card' } }
    problem(await call('POST /api/payments', pay), { status: 404, code: 'ORDER_NOT_FOUND' })
  })

  test('an order that is paid is not paid again', async () => {
    const pay = { as: user, body: { orderId: paidOrder, method: 'card' } }
    problem(await call('POST /api/payments', pay), { status: 409, code: 'ORDER_ALREADY_PAID' })
  })

  test("another user's coupon request stays private", async () => {
    problem(await call(`GET /api/coupon-requests/${theirRequest}`, { as: user }), { status: 403, code: 'FORBIDDEN' })
  })
})

test('a burst above the limit gets 429 with when to come back, while another client is served', async () => {
  const hasty = someUser()
  const path = `GET /api/orders/${unknownId}`
  const burst = () => Promise.all(Array.from({ length: 200 }, () => call(path, { as: hasty })))
  let replies: Awaited<ReturnType<typeof burst>>
  let tookMs: number
  do {
    const begun = performance.now()
    replies = await burst()
    tookMs = performance.now() - begun
    // On a machine so busy that 200 requests take seconds, they were no burst.
  } while (tookMs > 1_500)
  const calm = await call(path, { as: someUser() })

  const refused = replies.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(replies.length - refused.length).toBe(replies.filter(({ status }) => status === 404).length)
  for (const reply of refused) problem(reply, { status: 429, headers: { 'retry-after': /^\d+$/ } })
  expect(calm.status).toBe(404)
  await waitFor('the hasty client to be served again', async () => (await call(path, { as: hasty })).status === 404)
})

test('none of all these has left a record in a topic, dead letters included', async () => {
  expect(await quietTopics()).toEqual(before)

  // The counter can tell: one request that is right adds a record.
  const right = { as: user, body: { couponPolicyId: policy }, headers: { prefer: 'wait=10' } }
  expect(await call(`POST /api/coupons/${user}`, right)).toMatchObject({ status: 200 })
  expect(await recordCounts()).not.toEqual(before)
})
