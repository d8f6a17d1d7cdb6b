import { orderPlaced } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { describe, expect, it } from 'vitest'
import { placedOrder } from './books.ts'
import { runningApp } from './running-app.ts'

const { outside, pay, place, settledEvents, completedFor, ready, crash, stop } = runningApp()

describe('payment-api', () => {
  it('loses no order and no event when it is killed', async () => {
    // Not waited for: some may still be on their way to it when it dies.
    const orders = Array.from({ length: 30 }, () => placedOrder(30))
    await Promise.all(orders.map((order) => outside.kafka.send(orderPlaced, order)))
    await Promise.all(orders.slice(0, 15).map(({ orderId }) => pay(30, orderId)))
    await crash()
    for (const { orderId } of orders) {
      const { status, body } = await waitFor('an answer', async () => {
        const answer = await pay(30, orderId)
        return answer.status !== 404 && answer
      })
      expect(status === 201 || body.code === 'ORDER_ALREADY_PAID').toBe(true)
    }
    await waitFor('all events', () => orders.every(({ orderId }) => completedFor(orderId).length > 0))
    const ids = (orderId: string) => new Set(completedFor(orderId).map(({ id }) => id))
    // The relay may publish an event twice after a crash, but it is the same event.
    for (const { orderId } of orders) expect(ids(orderId).size).toBe(1)
  }, 120_000)

  it('takes payments while Kafka is away, and announces each under one id when it is back', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => place(32)))
    await outside.broker.down()
    await waitFor('readiness to say so', async () => (await ready()).failing.includes('kafka'))
    // Kafka stays away until all are answered: one that waited for it would wait for two minutes, longer than this test.
    const answers = await Promise.all(orders.map(({ orderId }) => pay(32, orderId)))
    expect(answers.map(({ status }) => status)).toEqual(orders.map(() => 201))
    expect(orders.flatMap(({ orderId }) => completedFor(orderId))).toEqual([])

    await outside.broker.resume()
    await waitFor('all events', () => orders.every(({ orderId }) => completedFor(orderId).length > 0))
    await waitFor('readiness', async () => (await ready()).status === 200)
    await settledEvents(32)
    for (const [index, { orderId }] of orders.entries()) {
      const events = completedFor(orderId)
      expect(new Set(events.map(({ id }) => id)).size).toBe(1)
      expect(events[0]).toMatchObject({ key: orderId, value: { paymentId: answers[index]!.body.paymentId } })
    }
  })

  it('answers 503 while its database is away, and goes on when it is back', async () => {
    const { orderId } = await place(31)
    await outside.database.down()
    expect(await pay(31, orderId, 'card', { 'idempotency-key': 'later' })).toMatchObject({ status: 503 })
    await outside.database.resume()
    const answer = await waitFor('an answer', async () => {
      const found = await pay(31, orderId, 'card', { 'idempotency-key': 'later' })
      return found.status !== 503 && found
    })
    expect(answer).toMatchObject({ status: 201 })
    await waitFor('payment-completed', () => completedFor(orderId).length === 1)
  })

  it('stops in time when it is told to', async () => {
    expect(await stop()).toEqual({ code: 0, signal: null })
  })
})
