import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { testKafka } from '@firstcome/kafka/testing'
import { createOutbox, outboxMigrations } from '@firstcome/outbox'
import { connectDatabase, type Database, migrate } from '@firstcome/stores/postgres'
import { testDatabase, testPrefix, testTopics } from '@firstcome/testing'
import { afterAll } from 'vitest'
import { addPayableOrders } from '../src/orders/payable-orders.ts'
import type { Charge, ChargeAnswer, Provider } from '../src/provider/provider.ts'
import type { Settlement } from '../src/settlement/ask.ts'
import { events } from './shop/events.ts'

export { events }

/** A migrated database of this file's own; its outbox fills up, for no relay runs. */
export async function testBooks(provider: Provider): Promise<Settlement & { db: Database }> {
  const prefix = testPrefix()
  const [database] = await Promise.all([paymentDatabase(), testTopics(prefix)])
  // Tests that try many times at once wait for their connections: on a slow machine that is no outage.
  const db = connectDatabase({ url: database, poolSize: 20, acquireTimeoutMs: 60_000 })
  afterAll(() => db.close())
  const outbox = createOutbox(await testKafka(prefix, events))
  return { db, outbox, provider, now: () => new Date(), providerTimeoutMs: 200, abandonAfterMs: 60_000 }
}

/** Url of a migrated database. */
export async function paymentDatabase(): Promise<string> {
  const { url } = await testDatabase()
  await migrate(url, [outboxMigrations, fileURLToPath(new URL('../migrations', import.meta.url))])
  return url
}

export const placedOrder = (userId: number, totalAmount = 3000) => ({
  orderId: randomUUID(),
  userId,
  items: [{ productId: 1, quantity: 1, unitPrice: totalAmount }],
  totalAmount,
  placedAt: Date.now(),
})

/** An order that can be paid; resolves to its id. */
export async function payable(db: Database, userId: number, amount?: number): Promise<string> {
  const order = placedOrder(userId, amount)
  await addPayableOrders(db, [order])
  return order.orderId
}

/** Topics of the events that wait in the outbox about an order. */
export async function announced(db: Database, orderId: string): Promise<string[]> {
  return db('outbox').where({ aggregateid: orderId }).orderBy('seq').pluck('aggregatetype')
}

/** A provider with books of its own: what it took and gave back, and how often it was told to. */
export function recordingProvider() {
  const taken = new Map<string, ChargeAnswer>()
  const refunded = new Set<string>()
  const calls = { charge: 0, find: 0, refund: 0 }
  const next = {
    /** What becomes of charges. */
    answer: 'TAKEN' as ChargeAnswer,
    /** Takes the money, or does not even hear of it, and stays silent. */
    silence: undefined as 'after' | 'before' | undefined,
    findFails: false,
    refundFails: false,
  }
  const provider: Provider = {
    methods: new Set(['card']),
    async charge({ paymentId }: Charge) {
      calls.charge++
      const known = taken.get(paymentId)
      if (known) return known
      if (next.silence !== 'before') taken.set(paymentId, next.answer)
      if (next.silence) throw new Error('the provider did not answer')
      return next.answer
    },
    async find({ paymentId }) {
      calls.find++
      if (next.findFails) throw new Error('the provider did not answer')
      return taken.get(paymentId) ?? 'ABSENT'
    },
    async refund({ paymentId }) {
      calls.refund++
      if (next.refundFails) throw new Error('the provider did not answer')
      refunded.add(paymentId)
    },
  }
  return { provider, taken, refunded, calls, next }
}
