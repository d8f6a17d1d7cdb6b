import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { join } from 'node:path'
import { connectDatabase, type Database, migrate } from '@firstcome/stores/postgres'
import { connectRedis, type RedisStore } from '@firstcome/stores/redis'
import { testDatabase, testPrefix, testStack } from '@firstcome/testing'
import { afterAll } from 'vitest'
import { boardOf, dayAt, periods } from '../src/calendar.ts'
import { type ReconcileOptions, reconcile } from '../src/reconcile.ts'

const root = join(import.meta.dirname, '../../..')
const folders = (app: string, outbox: boolean) => [
  ...(outbox ? [join(root, 'packages/outbox/migrations')] : []),
  join(root, 'apps', app, 'migrations'),
]

export const timeZone = 'Asia/Seoul'
export const ranking = { timeZone, ages: { daily: 90, weekly: 400, monthly: 800, seen: 30 } }
const DAY_MS = 86_400_000

/** An order all the way to the boards; say only what the test is about. */
export interface Story {
  orderId: string
  userId: number
  paymentId: string
  amount: number
  items: [product: number, quantity: number, unitPrice: number][]
  /** Epoch milliseconds. */
  placedAt: number
  confirmedAt: number
}

export type Testbed = Awaited<ReturnType<typeof createTestbed>>

/** The books of four services as their own migrations make them, empty; and hands that write what the services would. */
export async function createTestbed() {
  const open = async (app: string, outbox: boolean) => {
    const { url } = await testDatabase()
    await migrate(url, folders(app, outbox))
    const db = connectDatabase({ url, poolSize: 4, acquireTimeoutMs: 30_000 })
    afterAll(() => db.close())
    return { url, db }
  }
  const payments = await open('payment-api', true)
  const orders = await open('order-service', true)
  const facts = await open('data-platform-sink', false)
  const keyPrefix = testPrefix()
  const { redisUrl } = testStack()
  // As patient as the command: a machine that stands still for a while is no Redis that is away.
  const store = connectRedis({ url: redisUrl, keyPrefix, timeoutMs: 30_000 })
  await store.start()
  afterAll(async () => {
    await clearBoards(store, keyPrefix)
    await store.close()
  })
  const books = { payments: payments.db, orders: orders.db, facts: facts.db, redis: store.redis }
  return {
    ...books,
    keyPrefix,
    env: {
      PAYMENT_DATABASE_URL: payments.url,
      ORDERS_DATABASE_URL: orders.url,
      DATA_PLATFORM_DATABASE_URL: facts.url,
      REDIS_URL: redisUrl,
      REDIS_KEY_PREFIX: keyPrefix,
    },
    hands: createHands(books),
    /** Kinds that were found, with the words of their examples. */
    async found(options: Partial<ReconcileOptions> = {}): Promise<Record<string, string[]>> {
      const { findings } = await this.run(options)
      return Object.fromEntries(findings.map(({ kind, examples }) => [kind, examples]))
    },
    run: (options: Partial<ReconcileOptions> = {}) =>
      reconcile({
        books,
        span: { from: Date.now() - DAY_MS },
        graceMs: 60_000,
        stuckMs: 3_600_000,
        ranking,
        ...options,
      }),
    async clear() {
      await payments.db.raw('truncate payable_orders, payments, outbox')
      await orders.db.raw('truncate orders, order_items, refunds, outbox')
      await facts.db.raw('truncate order_facts, order_item_facts')
      await clearBoards(store, keyPrefix)
    },
  }
}

async function clearBoards({ redis }: RedisStore, prefix: string): Promise<void> {
  const keys = await redis.keys(`${prefix}*`)
  if (keys.length > 0) await redis.del(keys.map((key) => key.slice(prefix.length)))
}

interface Writable {
  payments: Database
  orders: Database
  facts: Database
  redis: RedisStore['redis']
}

/** What each service writes of an order, one book at a time. */
function createHands({ payments, orders, facts, redis }: Writable) {
  const hands = {
    /** An order of ten minutes ago, unless it says otherwise. */
    story(differences: Partial<Story> = {}): Story {
      const placedAt = differences.placedAt ?? Date.now() - 600_000
      const items: Story['items'] = differences.items ?? [
        [1, 2, 1200],
        [3, 1, 8900],
      ]
      const amount = items.reduce((sum, [, quantity, price]) => sum + quantity * price, 0)
      const [orderId, paymentId] = [randomUUIDv7(), randomUUID()]
      return { orderId, paymentId, userId: 42, amount, items, placedAt, confirmedAt: placedAt + 2_000, ...differences }
    },
    async placed({ orderId, userId, amount, items, placedAt }: Story) {
      await orders('orders').insert({
        ...{ id: orderId, user_id: userId, status: 'PENDING_PAYMENT', total_amount: amount },
        placed_at: new Date(placedAt),
      })
      for (const [product_id, quantity, unit_price] of items) {
        await orders('order_items').insert({ order_id: orderId, product_id, quantity, unit_price })
      }
    },
    async payable({ orderId, userId, amount, placedAt }: Story) {
      await payments.raw('insert into payable_orders values (?, ?, ?, to_timestamp(cast(? as float8)))', [
        ...[orderId, userId, amount],
        placedAt / 1000,
      ])
    },
    async paid({ orderId, userId, paymentId, amount, placedAt }: Story, status = 'COMPLETED') {
      const at = new Date(placedAt + 1_000)
      await payments('payments').insert({
        ...{
          payment_id: paymentId,
          order_id: orderId,
          user_id: userId,
          amount,
          method: 'card',
          status,
          created_at: at,
        },
        settled_at: status === 'PENDING' ? null : at,
        refunded_at: status === 'REFUNDED' ? new Date(placedAt + 3_000) : null,
        ask_at: status === 'PENDING' || status === 'REFUNDING' ? new Date() : null,
      })
    },
    async confirmed({ orderId, paymentId, confirmedAt }: Story) {
      await orders('orders')
        .where({ id: orderId })
        .update({ status: 'CONFIRMED', payment_id: paymentId, settled_at: new Date(confirmedAt) })
    },
    /** For want of a payment in time. */
    async rejected({ orderId, confirmedAt }: Story) {
      await orders('orders')
        .where({ id: orderId })
        .update({ status: 'REJECTED', rejection: 'ORDER_EXPIRED', settled_at: new Date(confirmedAt) })
    },
    async refundHeard({ orderId, paymentId, amount, confirmedAt }: Story) {
      const refund = { payment_id: paymentId, order_id: orderId, amount, refunded_at: new Date(confirmedAt) }
      await orders('refunds').insert(refund)
    },
    async stored({ orderId, userId, paymentId, amount, items, placedAt, confirmedAt }: Story) {
      const times = { placed_at: new Date(placedAt), confirmed_at: new Date(confirmedAt) }
      // Together, as the sink does: a fact without its items, seen at both looks, would be a difference.
      await facts.transaction(async (trx) => {
        await trx('order_facts').insert({
          ...{ order_id: orderId, user_id: userId, payment_id: paymentId, total_amount: amount, ...times },
          ...{ event_id: randomUUID(), log_partition: 0, log_offset: 0 },
        })
        const [{ dated } = { dated: false }] = await trx('information_schema.columns')
          .where({ table_name: 'order_item_facts', column_name: 'confirmed_at' })
          .select(trx.raw('true as dated'))
        for (const [index, [product_id, quantity, unit_price]] of items.entries()) {
          const item = { order_id: orderId, line: index + 1, product_id, quantity, unit_price }
          await trx('order_item_facts').insert({ ...item, ...(dated && { confirmed_at: times.confirmed_at }) })
        }
      })
    },
    async counted({ orderId, items, confirmedAt }: Story, generation = '0') {
      const day = dayAt(confirmedAt, timeZone)
      const multi = redis.multi().sadd(`{ranking}:${generation}:seen:${day}`, orderId)
      for (const period of periods) {
        const board = `{ranking}:${generation}:${boardOf(period, day).name}`
        for (const [product, quantity] of items) multi.zincrby(board, -quantity, String(product).padStart(16, '0'))
      }
      await multi.exec()
    },
    /** All of it. */
    async whole(differences: Partial<Story> = {}): Promise<Story> {
      const story = hands.story(differences)
      await hands.placed(story)
      await hands.payable(story)
      await hands.paid(story)
      await hands.confirmed(story)
      await hands.stored(story)
      await hands.counted(story)
      return story
    },
    /** Paid too late, and given back. */
    async givenBack(differences: Partial<Story> = {}): Promise<Story> {
      const story = hands.story(differences)
      await hands.placed(story)
      await hands.payable(story)
      await hands.rejected(story)
      await hands.paid(story, 'REFUNDED')
      await hands.refundHeard(story)
      return story
    },
    async unsent(db: Database, story: Story, differences: Record<string, unknown> = {}) {
      await db('outbox').insert({
        ...{ id: randomUUID(), aggregatetype: 'a-topic', aggregateid: story.orderId, type: 'a-type' },
        ...{ payload: Buffer.alloc(0), headers: '{}' },
        ...differences,
      })
    },
  }
  return hands
}
