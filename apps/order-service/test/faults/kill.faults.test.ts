import { orderConfirmed, orderRejected, paymentCompleted } from '@firstcome/events'
import { follow, testKafka } from '@firstcome/kafka/testing'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { describe, test } from 'vitest'
import { aPayment, openShop, type Shop } from '../shop.ts'
import type { DieAt } from './die.ts'

const ORDERS = 20

const dying = (at: DieAt) => ({
  NODE_OPTIONS: `--import ${new URL('./die.ts', import.meta.url)}`,
  DIE_AT: at,
})

/** Each is a service on a database and topics of its own; it dies once at each place, and then lives. */
const lives: [string, DieAt[]][] = [
  [
    'before each commit: of an order, of its confirmation, of the offset',
    ['place request', 'confirm request', 'offset request'],
  ],
  ['before it sees that each is done', ['place answer', 'confirm answer', 'offset answer']],
]
if (process.env.FIRSTCOME_FAULTS === 'long') {
  lives.push(['with each commit on the wire', ['place written', 'confirm written', 'offset written']])
}

const shops = await Promise.all(lives.map(([, [first]]) => openShop(dying(first!))))

describe.concurrent('killed, each order that was taken is paid and confirmed once, and announced under one id', () => {
  test.for(lives.map(([what, places], index) => [what, places, shops[index]!] as const))(
    '%s',
    { timeout: 120_000 },
    async ([, places, shop], { expect }) => {
      const kafka = await testKafka(shop.prefix, [orderConfirmed, orderRejected, paymentCompleted])
      const [confirmed, rejected] = await Promise.all([follow(kafka, orderConfirmed), follow(kafka, orderRejected)])
      const taken: string[] = []
      const paid = new Map<string, string>()

      /** Orders, as long as somebody takes them; then each payment that is due, once. */
      async function shopping(): Promise<void> {
        const place = () => shop.call('POST /api/orders', { as: 42, body: { items: [{ productId: 1, quantity: 1 }] } })
        for (let count = 0; count < ORDERS; count++) {
          const reply = await place().catch(() => undefined)
          if (reply?.status !== 201) break
          taken.push(reply.body.orderId)
        }
        for (const { id: orderId } of await shop.db('orders').select('id')) {
          if (paid.has(orderId)) continue
          const payment = aPayment({ orderId, amount: 1200 })
          paid.set(orderId, payment.paymentId)
          await kafka.send(paymentCompleted, payment, { id: uuidv7() })
        }
      }

      for (const [life, at] of places.entries()) {
        // What the life before has left to do is where this one dies, perhaps before it is ready.
        if (life === 0) await shopping()
        else await shop.restart(dying(at), { until: false })
        expect(await shop.app.ended).toEqual({ code: null, signal: 'SIGKILL' })
      }
      await shop.restart({ NODE_OPTIONS: '' })
      await shopping()
      const orders = () => shop.db('orders').orderBy('id').select('id', 'status', 'payment_id')
      await waitFor('all to be confirmed', async () => (await orders()).every(({ status }) => status === 'CONFIRMED'))
      await waitFor('an empty outbox', async () => (await shop.db('outbox').first()) === undefined)
      await waitFor('every announcement', () => new Set(confirmed.map(({ key }) => key)).size >= paid.size)

      const stored = await orders()
      expect(stored.map(({ id, payment_id }) => [id, payment_id])).toEqual([...paid].sort())
      expect(taken.filter((orderId) => !paid.has(orderId))).toEqual([])
      expect(new Set(confirmed.map(({ id }) => id)).size).toBe(paid.size)
      expect(rejected).toEqual([])
      expect(await inboxOf(shop)).toBe(paid.size)
    },
  )
})

async function inboxOf(shop: Shop): Promise<number> {
  const { rows } = await shop.db.raw('select count(*) from inbox')
  return rows[0].count
}
