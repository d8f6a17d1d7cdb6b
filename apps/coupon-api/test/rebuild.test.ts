import { type TestApp, waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import { ask, call, type Harness, harness, knownPolicy } from './harness.ts'

let h: Harness
let api: TestApp
beforeAll(async () => {
  h = await harness()
  api = await h.startApi({ COUPON_MODEL_CHECK_MS: '200' })
})

test('a Redis that lost everything is filled again from the topics', async () => {
  const { couponPolicyId } = await knownPolicy(h, api, { totalQuantity: 2 })
  const ids: unknown[] = []
  for (let userId = 1; userId <= 5; userId++) ids.push((await ask(api, userId, couponPolicyId)).body.requestId)
  await h.issue(await h.requestOf(ids[0]), 1)
  await h.issue(await h.requestOf(ids[1]), 2)
  await h.refuse(await h.requestOf(ids[2]), 'COUPON_SOLD_OUT')

  const state = async () => [
    ...(await Promise.all(
      ids.map((id, index) =>
        call(api, 'GET', `/api/coupon-requests/${id}`, { as: index + 1 }).then(({ body }) => body),
      ),
    )),
    (await call(api, 'GET', '/api/coupons/2', { as: 2 })).body,
    (await call(api, 'GET', `/api/coupon-policies/${couponPolicyId}`)).body,
  ]
  await waitFor('all outcomes', async () => {
    const all = await state()
    return all.slice(0, 3).every(({ status }) => status === 'ISSUED' || status === 'REJECTED')
  })
  // Asked once more: of answers that are read side by side some may be older than the last outcome.
  const before = await state()
  // Two still wait: the first of them is the next to be decided.
  expect(before.slice(3, 5)).toMatchObject([
    { status: 'PENDING', queue: { position: 1 } },
    { status: 'PENDING', queue: { position: 2 } },
  ])
  expect(before.at(-1)).toMatchObject({ issuedQuantity: 2, remaining: 0, status: 'SOLD_OUT' })

  const said = (what: string) => api.logs().filter(({ msg }) => msg === what).length
  const madeBefore = said('the read model is complete again')
  // As if another replica had begun to make it again: it stays unmade for as long as is looked at what is said meanwhile.
  const builder = `${h.prefix}{coupons}:builder`
  const everything = await h.redis.keys(`${h.prefix}*`)
  await h.redis
    .multi()
    .unlink(...everything)
    .set(builder, 'another')
    .exec()
  expect((await state())[0]).toMatchObject({ status: 503, code: 'STATUS_UNAVAILABLE' })
  await h.redis.del(builder)
  await waitFor('the model to be complete', async () => {
    const now = await state()
    // What is not there again yet is not said not to be.
    for (const { status } of now.slice(0, 5)) expect(status).not.toBe(404)
    return JSON.stringify(now) === JSON.stringify(before)
  })
  expect((await ask(api, 1, couponPolicyId)).body.code).toBe('COUPON_ALREADY_ISSUED')
  await waitFor('the end of the rebuild to be told', () => said('the read model is complete again') > madeBefore)
  const begun = said('the read model is empty: making it again from the topics')
  // It is made again once, not again and again.
  const { couponPolicyId: later } = await knownPolicy(h, api)
  expect((await ask(api, 9, later)).status).toBe(202)
  expect(said('the read model is empty: making it again from the topics')).toBe(begun)
})
