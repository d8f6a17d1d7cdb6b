import { fileURLToPath } from 'node:url'
import type { PaymentCompleted } from '@firstcome/events'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import {
  runNode,
  type StartOptions,
  startApp,
  type TestApp,
  testDatabase,
  testPrefix,
  testToken,
  testTopics,
} from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll } from 'vitest'

/** order-service as a process, on a database and topics of the test file's own. */
export interface Shop {
  app: TestApp
  db: Database
  prefix: string
  /** One request, exactly as given; `body` is sent as JSON unless it is text already. */
  call(to: string, options?: Call): Promise<Reply>
  /** Starts it anew, with these settings beside its own; resolves once it is ready, or (`until: false`) before. */
  restart(settings?: Record<string, string>, options?: StartOptions): Promise<void>
}

interface Call {
  as?: number
  admin?: boolean
  body?: unknown
}

interface Reply {
  status: number
  location: string | null
  body: Record<string, unknown> & { orderId: string; errors?: { field: string }[] }
}

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))

export async function openShop(settings: Record<string, string> = {}): Promise<Shop> {
  const prefix = testPrefix()
  const [{ url }] = await Promise.all([testDatabase(), testTopics(prefix)])
  const env = {
    DATABASE_URL: url,
    // Whoever orders while the machine stands still waits for a connection; only a database that is away is an outage.
    DATABASE_ACQUIRE_TIMEOUT_MS: '30000',
    KAFKA_PREFIX: prefix,
    // A group gives the partitions of a killed member away when its session ends: soon, here.
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    ...settings,
  }
  const migration = runNode(path('../src/migrate.ts'), env)
  const { code } = await migration.ended
  if (code !== 0) throw new Error(`migrate failed:\n${migration.output()}`)

  const db = connectDatabase({ url, poolSize: 2 })
  afterAll(() => db.close())
  const start = (more: Record<string, string> = {}, options?: StartOptions) =>
    startApp(path('../src/main.ts'), { ...env, ...more }, options)
  const shop: Shop = {
    app: await start(),
    db,
    prefix,
    async call(to, { as, admin, body } = {}) {
      const [method, target] = to.split(' ')
      const response = await fetch(`${shop.app.url}${target}`, {
        method,
        headers: {
          ...(as !== undefined && { authorization: `Bearer ${await testToken(as, { admin })}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const answer: Reply['body'] = JSON.parse(await response.text())
      return { status: response.status, location: response.headers.get('location'), body: answer }
    },
    async restart(settings, options) {
      shop.app = await start(settings, options)
    },
  }
  return shop
}

/** What payment-api says of a payment. */
export function aPayment(
  fields: Pick<PaymentCompleted, 'orderId' | 'amount'> & Partial<PaymentCompleted>,
): PaymentCompleted {
  return { paymentId: uuidv7(), userId: 42, method: 'card', completedAt: Date.now(), ...fields }
}
