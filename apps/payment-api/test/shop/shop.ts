import { fileURLToPath } from 'node:url'
import { paymentCompleted, paymentRefunded } from '@firstcome/events'
import type { Message } from '@firstcome/kafka'
import { countOf, follow, testKafka } from '@firstcome/kafka/testing'
import { connectDatabase } from '@firstcome/stores/postgres'
import { startApp, type TestApp, testPrefix, testTopics, waitFor } from '@firstcome/testing'
import { afterAll } from 'vitest'
import { payable, paymentDatabase } from '../books.ts'
import { client } from '../client.ts'
import { events } from './events.ts'
import type { FailPoint } from './fail-points.ts'
import { startProvider } from './provider-server.ts'

type AboutOrder = Message<{ orderId: string }>

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

/** payment-api as a process that can be told where to die, and what outlives it: its database, its provider, its topics. */
export async function shop(env: Record<string, string> = {}) {
  const prefix = testPrefix()
  const [url, provider] = await Promise.all([paymentDatabase(), startProvider(), testTopics(prefix)])
  const db = connectDatabase({ url, poolSize: 5 })
  afterAll(() => db.close())
  const kafka = await testKafka(prefix, events)
  const completed: AboutOrder[] = await follow(kafka, paymentCompleted)
  const refunded: AboutOrder[] = await follow(kafka, paymentRefunded)
  let app: TestApp
  let running = false

  return {
    db,
    provider,
    ...client(() => app.url),
    app: () => app,
    order: (userId: number, amount: number) => payable(db, userId, amount),
    /** Does nothing where it runs. */
    async start(): Promise<void> {
      if (running) return
      app = await startApp(main, {
        KAFKA_PREFIX: prefix,
        DATABASE_URL: url,
        PROVIDER_URL: provider.url,
        DATABASE_ACQUIRE_TIMEOUT_MS: '30000',
        // Long enough for a machine that is busy with other tests, and stands still for a while: a provider that answers is heard,
        // and what a process left behind waits for the next one.
        PAYMENT_PROVIDER_TIMEOUT_MS: '6000',
        PAYMENT_CLAIM_S: '600',
        PAYMENT_ABANDON_AFTER_MS: '3600000',
        PAYMENT_ORDER_WAIT_MS: '300',
        PAYMENT_SETTLE_EVERY_MS: '50',
        IDEMPOTENCY_LEASE_S: '13',
        ...env,
      })
      running = true
      void app.ended.then(() => {
        running = false
      })
    },
    /** It dies as soon as it gets there. */
    async dieAt(point: FailPoint): Promise<void> {
      await fetch(`${app.url}/die-at/${point}`, { method: 'POST' })
    },
    /** Ids of all events about an order, once whatever waits in the outbox has arrived; one that came twice has one id. */
    async eventIds(event: typeof paymentCompleted | typeof paymentRefunded): Promise<(orderId: string) => string[]> {
      await waitFor('the outbox to be empty', async () => (await db('outbox').first()) === undefined)
      const seen = event === paymentCompleted ? completed : refunded
      await waitFor('all events', async () => seen.length >= (await countOf(kafka, event.topic)))
      return (orderId) => [...new Set(seen.filter(({ value }) => value.orderId === orderId).map(({ id }) => id))]
    },
  }
}
