import { orderRejected, paymentCompleted } from '@firstcome/events'
import { follow, testKafka } from '@firstcome/kafka/testing'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { aPayment, openShop } from './shop.ts'

const shop = await openShop({ ORDER_UNPAID_S: '3600', ORDER_EXPIRE_EVERY_MS: '50' })
const kafka = await testKafka(shop.prefix, [orderRejected, paymentCompleted])
const rejected = await follow(kafka, orderRejected)

const place = async () =>
  (await shop.call('POST /api/orders', { as: 42, body: { items: [{ productId: 1, quantity: 1 }] } })).body.orderId
const look = async (orderId: string) => (await shop.call(`GET /api/orders/${orderId}`, { as: 42 })).body
/** As if it had been placed so long ago. */
const age = (orderId: string, minutes: number) =>
  shop.db.raw(`update orders set placed_at = placed_at - make_interval(mins => ?) where id = ?`, [minutes, orderId])

test('an order that nobody pays expires; younger ones and paid ones do not', async () => {
  const [old, young, paid] = [await place(), await place(), await place()]
  await kafka.send(paymentCompleted, aPayment({ orderId: paid, amount: 1_200 }))
  await waitFor('the confirmation', async () => (await look(paid)).status === 'CONFIRMED')
  await Promise.all([age(old, 61), age(young, 59), age(paid, 61)])

  await waitFor('the end of the old one', async () => (await look(old)).status === 'REJECTED')
  expect(await look(old)).toMatchObject({ reason: 'ORDER_EXPIRED', rejectedAt: expect.any(Number) })
  // It would have ended together with the old one.
  expect(await look(young)).toMatchObject({ status: 'PENDING_PAYMENT' })
  expect(await look(paid)).toMatchObject({ status: 'CONFIRMED' })
})

test('what is paid for an expired order goes back, once for each payment', async () => {
  const orderId = await place()
  await age(orderId, 61)
  await waitFor('its end', async () => (await look(orderId)).status === 'REJECTED')
  const payment = aPayment({ orderId, amount: 1_200 })
  await kafka.send(paymentCompleted, payment)

  const { paymentId } = payment
  const event = await waitFor('order-rejected', () => rejected.find(({ value }) => value.paymentId === paymentId))
  expect(event.value).toMatchObject({ orderId, amount: 1_200, reason: 'ORDER_EXPIRED' })
  expect(await look(orderId)).toMatchObject({ status: 'REJECTED', reason: 'ORDER_EXPIRED' })
})

test('however many have expired, all of them end', async () => {
  await shop.db.raw(`
    insert into orders (id, user_id, status, total_amount, placed_at)
    select gen_random_uuid(), 43, 'PENDING_PAYMENT', 1, now() - interval '2 hours' from generate_series(1, 1200)`)
  await waitFor('their end', async () => {
    const [left] = await shop.db('orders').where({ user_id: 43, status: 'PENDING_PAYMENT' }).count()
    return Number(left?.count) === 0
  })
})
