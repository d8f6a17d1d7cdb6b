import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { call, someUser } from '../client.ts'
import { askCoupon, policy, policyOf } from '../coupons.ts'

const prefer = { prefer: 'wait=10' }

test('sold out, restocked: who was refused asks again and gets the next rank', async () => {
  const [first, second] = [someUser(), someUser()]
  const couponPolicyId = await policyOf(1)
  expect(await askCoupon(first, couponPolicyId, prefer)).toMatchObject({ body: { status: 'ISSUED', rank: 1 } })
  expect(await askCoupon(second, couponPolicyId, prefer)).toMatchObject({ body: { code: 'COUPON_SOLD_OUT' } })

  const more = { as: 'admin' as const, body: { add: 2 }, headers: { 'idempotency-key': `restock-${couponPolicyId}` } }
  const restocked = await call(`POST /api/coupon-policies/${couponPolicyId}/stock`, more)
  expect(restocked).toMatchObject({ status: 200, body: { totalQuantity: 3, remaining: 2, status: 'OPEN' } })
  // An administrator whose answer got lost may ask again.
  const again = await call(`POST /api/coupon-policies/${couponPolicyId}/stock`, more)
  expect(again).toMatchObject({ status: 200, body: restocked.body })

  await waitFor('the public edge to hear of it', async () => (await policy(couponPolicyId)).body.status === 'OPEN')
  // Each replica hears of it by itself: the one that is asked now may be another, a moment behind.
  const served = await waitFor('every replica to have heard of it', async () => {
    const reply = await askCoupon(second, couponPolicyId, prefer)
    return reply.body.code !== 'COUPON_SOLD_OUT' && reply
  })
  expect(served).toMatchObject({ status: 200, body: { status: 'ISSUED', rank: 2 } })
})

test('a policy that is closed early issues nothing more, and is listed as closed', async () => {
  const couponPolicyId = await policyOf(10)
  const closed = await call(`POST /api/coupon-policies/${couponPolicyId}/close`, { as: 'admin' })
  expect(closed).toMatchObject({ status: 200, body: { status: 'CLOSED' } })
  expect(await askCoupon(someUser(), couponPolicyId, prefer)).toMatchObject({
    status: 409,
    body: { code: 'COUPON_CLOSED' },
  })

  const listed = () => call(`GET /api/coupon-policies?status=CLOSED&limit=1&after=${couponPolicyId - 1}`)
  const page = await waitFor('the public edge to hear of it', async () => {
    const { body } = await listed()
    return body.items.length === 1 && body
  })
  expect(page.items).toMatchObject([{ couponPolicyId, status: 'CLOSED', remaining: 10 }])
})

test('whoever has made a policy may tell everybody of it at once', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, () =>
      call('POST /api/coupon-policies', { as: 'admin', body: { name: 'Now', totalQuantity: 1 } }),
    ),
  )
  const answers = await Promise.all(made.map(({ body }) => askCoupon(someUser(), body.couponPolicyId)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
})
