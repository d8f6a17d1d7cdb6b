import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { call, someUser } from '../client.ts'
import { paid, placed } from '../orders.ts'
import { query } from '../system.ts'

test('a payment for an order that cannot be confirmed any more goes back', async () => {
  const user = someUser()
  const { orderId } = await placed(user)
  // What the client cannot do, the test does: the order changes behind the payment that is on its way.
  await query('orders', 'UPDATE orders SET total_amount = total_amount + 1 WHERE id = $1', orderId)

  const { paymentId } = await paid(user, orderId)
  await waitFor('the payment to be REFUNDED', async () => {
    const { body } = await call(`GET /api/payments/${paymentId}`, { as: user })
    return body.status === 'REFUNDED'
  })

  expect(await call(`GET /api/orders/${orderId}`, { as: user })).toMatchObject({ body: { status: 'REJECTED' } })
  const facts = await query('data_platform', 'SELECT 1 FROM order_facts WHERE order_id = $1', orderId)
  expect(facts).toEqual([])
})
