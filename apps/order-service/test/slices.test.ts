import { fileURLToPath } from 'node:url'
import { orderConfirmed, orderRejected, type PaymentCompleted, paymentCompleted } from '@firstcome/events'
import type { BatchContext, Message } from '@firstcome/kafka'
import { testKafka } from '@firstcome/kafka/testing'
import { createOutbox, inboxBatch, outboxMigrations } from '@firstcome/outbox'
import { commandHost } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { testDatabase, testPrefix, testTopics } from '@firstcome/testing'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, expect, test } from 'vitest'
import { confirm } from '../src/orders/confirm.ts'
import { onPaymentsCompleted } from '../src/orders/on-payments-completed.ts'
import type { Order, PendingOrder } from '../src/orders/order.ts'
import { findOrder } from '../src/orders/orders.ts'
import { insertOrder } from './insert-order.ts'

const prefix = testPrefix()
const migrations = [outboxMigrations, fileURLToPath(new URL('../migrations', import.meta.url))]
const [{ url }] = await Promise.all([testDatabase(migrations), testTopics(prefix)])
const db = connectDatabase({ url, poolSize: 4 })
afterAll(() => db.close())
const kafka = await testKafka(prefix, [orderConfirmed, orderRejected, paymentCompleted])

const NOW = Date.UTC(2026, 0, 5, 9)
const handle = onPaymentsCompleted(() => NOW)
const outbox = createOutbox(kafka)
const context: BatchContext = {
  ...{ topic: paymentCompleted.topic, partition: 0, firstOffset: 0, highWatermark: 0, late: false, clusterId: 'one' },
  ...{ log: commandHost('slices').log, signal: AbortSignal.timeout(600_000) },
}

/** Four orders, of which nobody placed the last; two payments of each, and each of them may be published under two ids. */
const delivery = fc.record({
  order: fc.nat(3),
  payment: fc.nat(1),
  id: fc.nat(1),
  amount: fc.constantFrom(1200, 1200, 1200, 7),
})
/** How many messages, and what becomes of the slice: `again` is committed and delivered again, `fails` is rolled back first. */
const slice = fc.record({ length: fc.integer({ min: 1, max: 9 }), fate: fc.constantFrom('done', 'again', 'fails') })

test('however the log is cut into slices, and whichever come again or fail first, all ends as if each payment had been decided alone', async () => {
  const log = fc.array(delivery, { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(log, fc.array(slice, { minLength: 1, maxLength: 30 }), async (deliveries, slices) => {
      const orders = Array.from({ length: 3 }, () => placed(uuidv7()))
      const messages = messagesOf(deliveries, [...orders.map(({ orderId }) => orderId), uuidv7()])
      await db.transaction(async (trx) => {
        for (const order of orders) await insertOrder(trx, order)
      })

      let from = 0
      const seen = new Set<string>()
      for (let turn = 0; from < messages.length; turn++) {
        const { length, fate } = slices[turn % slices.length]!
        const some = messages.slice(from, from + length)
        const failing = fate === 'fails' ? inboxBatch(db, outbox, thenFail)(some, context) : undefined
        // Whoever brings nothing new has nothing to fail at.
        if (some.every(({ id }) => seen.has(id))) await failing
        else if (failing) await expect(failing).rejects.toThrow('no')
        await inboxBatch(db, outbox, handle)(some, context)
        for (const { id } of some) seen.add(id)
        if (fate === 'again') await inboxBatch(db, outbox, handle)(some, context)
        from += length
      }

      const expected = oneByOne(orders, messages)
      const found = await Promise.all(orders.map(({ orderId }) => findOrder(db, orderId)))
      expect(found).toEqual(expected.orders)
      expect(await takeAnnounced()).toEqual(expected.events)
    }),
    { numRuns: 40 },
  )
})

const thenFail: typeof handle = async (messages, context) => {
  await handle(messages, context)
  throw new Error('no')
}

/** What is to come of it, by the decision alone. */
function oneByOne(orders: Order[], messages: Message<PaymentCompleted>[]) {
  const state = new Map(orders.map((order) => [order.orderId, order]))
  const seen = new Set<string>()
  const events: unknown[] = []
  for (const { id, value } of messages) {
    if (seen.has(id)) continue
    seen.add(id)
    const outcome = confirm(state.get(value.orderId), value, NOW)
    if (outcome.kind === 'repeated') continue
    if (outcome.order) state.set(value.orderId, outcome.order)
    const { topic } = outcome.kind === 'confirmed' ? orderConfirmed : orderRejected
    events.push({ topic, correlationId: `of ${id}`, value: outcome.event })
  }
  return { orders: orders.map(({ orderId }) => state.get(orderId)), events }
}

/** Everything in the outbox, in its order; it is empty afterwards. */
async function takeAnnounced(): Promise<unknown[]> {
  const rows = await db('outbox').orderBy('seq')
  await db('outbox').delete()
  return Promise.all(
    rows.map(async ({ aggregatetype: topic, payload, headers }) => ({
      topic,
      correlationId: headers['correlation-id'],
      value: await (topic === orderConfirmed.topic
        ? kafka.contracts.decode(orderConfirmed, payload)
        : kafka.contracts.decode(orderRejected, payload)),
    })),
  )
}

function placed(orderId: string): PendingOrder {
  const items = [{ productId: 1, quantity: 1, unitPrice: 1200 }]
  return { orderId, userId: 42, status: 'PENDING_PAYMENT', items, totalAmount: 1200, placedAt: NOW - 1 }
}

interface Delivery {
  order: number
  payment: number
  id: number
  amount: number
}

function messagesOf(deliveries: Delivery[], orderIds: string[]): Message<PaymentCompleted>[] {
  const names = new Map<string, string>()
  const named = (name: string) => names.get(name) ?? names.set(name, uuidv7()).get(name)!
  return deliveries.map(({ order, payment, id, amount }, offset) => {
    const paymentId = named(`payment ${order} ${payment} ${amount}`)
    const eventId = named(`event ${order} ${payment} ${amount} ${id}`)
    const orderId = orderIds[order]!
    return {
      value: { paymentId, orderId, userId: 42, amount, method: 'card', completedAt: NOW },
      ...{ id: eventId, key: orderId, source: 'payment-api', type: paymentCompleted.type, time: NOW },
      ...{ topic: paymentCompleted.topic, partition: 0, offset, timestamp: NOW, attempt: 1 },
      headers: { 'correlation-id': `of ${eventId}` },
    }
  })
}
