import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { call, someUser } from '../client.ts'
import { confirmed, paid, placed, sold } from '../orders.ts'
import { query } from '../system.ts'

const items = [
  { productId: 1, quantity: 2 },
  { productId: 2, quantity: 3 },
]

test('an order that is paid is confirmed, stored as a fact, and counted on the board', async () => {
  const user = someUser()
  const before = await sold(2)

  const order = await call('POST /api/orders', { as: user, body: { items } })
  expect(order.status).toBe(201)
  expect(order.body).toMatchObject({ orderId: expect.stringMatching(uuid7), status: 'PENDING_PAYMENT' })
  expect(order.body.totalAmount).toBeGreaterThan(0)
  expect(order.headers.get('location')).toBe(`/api/orders/${order.body.orderId}`)

  const payment = await paid(user, order.body.orderId)
  expect(payment).toMatchObject({ paymentId: expect.stringMatching(uuid7), status: 'COMPLETED' })
  expect(payment).toMatchObject({ amount: order.body.totalAmount })
  await confirmed(user, order.body.orderId)

  const facts = await waitFor('the order in the data platform', async () => {
    const rows = await query(
      'data_platform',
      'SELECT product_id, quantity FROM order_item_facts WHERE order_id = $1',
      order.body.orderId,
    )
    return rows.length > 0 && rows
  })
  expect(facts).toHaveLength(2)
  await waitFor('the board', async () => (await sold(2)) >= before + 3)
})

test('the price list decides the amount: the same items cost the same', async () => {
  const [one, two] = [await placed(someUser(), items), await placed(someUser(), items)]

  expect(one.totalAmount).toBe(two.totalAmount)
})

test('a payment with the same Idempotency-Key is one payment, whatever the client repeats', async () => {
  const user = someUser()
  const { orderId } = await placed(user, items)
  const first = await paid(user, orderId, { 'idempotency-key': `pay-${orderId}` })
  const again = await call('POST /api/payments', {
    as: user,
    body: { orderId, method: 'card' },
    headers: { 'idempotency-key': `pay-${orderId}` },
  })

  expect(again.status).toBe(201)
  expect(again.body.paymentId).toBe(first.paymentId)
})

test('the same Idempotency-Key with another body is refused', async () => {
  const user = someUser()
  const { orderId } = await placed(user, items)
  const headers = { 'idempotency-key': `pay-${orderId}` }
  await paid(user, orderId, headers)

  const other = await call('POST /api/payments', { as: user, body: { orderId, method: 'declined' }, headers })
  expect(other.status).toBe(422)
  expect(other.type).toContain('application/problem+json')
})

test('an order can be paid once', async () => {
  const user = someUser()
  const { orderId } = await placed(user, items)
  await paid(user, orderId)

  const again = await call('POST /api/payments', { as: user, body: { orderId, method: 'card' } })
  expect(again.status).toBe(409)
  expect(again.type).toContain('application/problem+json')
})

test('a declined payment leaves the order to be paid another way', async () => {
  const user = someUser()
  const { orderId } = await placed(user, items)
  const declined = await waitFor('the payment service to know the order', async () => {
    const reply = await call('POST /api/payments', { as: user, body: { orderId, method: 'declined' } })
    return reply.status !== 404 && reply
  })

  expect(declined.status).toBe(402)
  expect(declined.type).toContain('application/problem+json')
  expect(await call(`GET /api/orders/${orderId}`, { as: user })).toMatchObject({ body: { status: 'PENDING_PAYMENT' } })
  await paid(user, orderId)
  await confirmed(user, orderId)
})

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
