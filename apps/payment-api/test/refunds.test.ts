import { randomUUID } from 'node:crypto'
import { deadLetterTopic, type OrderPlaced, orderRejected } from '@firstcome/events'
import { countOf } from '@firstcome/kafka/testing'
import { waitFor } from '@firstcome/testing'
import { describe, expect, it } from 'vitest'
import { runningApp } from './running-app.ts'

const { outside, call, pay, place, settledEvents, refundedFor } = runningApp()
const group = 'payment-api'

describe('a rejected order', () => {
  const reject = (order: OrderPlaced, paymentId: string | null, id?: string) => {
    const { orderId, userId, totalAmount } = order
    const value = {
      orderId,
      userId,
      paymentId,
      amount: paymentId ? totalAmount : 0,
      reason: 'ORDER_EXPIRED' as const,
      rejectedAt: Date.now(),
    }
    return outside.kafka.send(orderRejected, value, id ? { id } : {})
  }

  it('gets its money back once, though it is told of its rejection several times', async () => {
    const order = await place(20, 700)
    const { body } = await pay(20, order.orderId)
    const paymentId = String(body.paymentId)
    await reject(order, paymentId, '01890a5d-ac96-774b-bcce-b302099a8057')
    await reject(order, paymentId, '01890a5d-ac96-774b-bcce-b302099a8057')
    const last = await reject(order, paymentId)
    const [event] = await waitFor('payment-refunded', () => {
      const found = refundedFor(order.orderId)
      return found.length > 0 && found
    })
    expect(event).toMatchObject({
      key: order.orderId,
      value: { paymentId, orderId: order.orderId, userId: 20, amount: 700 },
    })
    await waitFor('all three to be dealt with', async () => {
      const committed = await outside.kafka.committed(group, orderRejected.topic)
      return (committed.get(last.partition) ?? 0) > last.offset
    })
    expect((await call('GET', `/api/payments/${paymentId}`, 20)).body).toMatchObject({
      status: 'REFUNDED',
      amount: 700,
    })
    await settledEvents(20)
    expect(refundedFor(order.orderId)).toHaveLength(1)
    expect(await pay(20, order.orderId)).toMatchObject({ status: 409 })
  })

  it('takes no payment any more', async () => {
    const order = await place(21)
    const { partition, offset } = await reject(order, null)
    await waitFor(
      'the rejection to be known',
      async () => ((await outside.kafka.committed(group, orderRejected.topic)).get(partition) ?? 0) > offset,
    )
    expect(await pay(21, order.orderId)).toMatchObject({ status: 409, body: { code: 'ORDER_NOT_PAYABLE' } })
  })

  it('is parked when it names a payment that does not exist', async () => {
    await reject(await place(22), randomUUID())
    await waitFor(
      'the dead letter',
      async () => (await countOf(outside.kafka, deadLetterTopic(orderRejected.topic, group))) === 1,
    )
  })
})
