import { fileURLToPath } from 'node:url'
import { orderConfirmed } from '@firstcome/events'
import { testKafka } from '@firstcome/kafka/testing'
import { connectRedis } from '@firstcome/stores/redis'
import { faultProxy, type Intercept, startApp, testPrefix, testStack, testTopics, waitFor } from '@firstcome/testing'
import { afterAll, expect, test } from 'vitest'
import { createBoards } from '../src/board/boards.ts'
import { confirmedOrder } from '../src/board/order-confirmed.fixture.ts'

const prefix = testPrefix()
const { redisUrl } = testStack()
await testTopics(prefix)
const kafka = await testKafka(prefix, [orderConfirmed])

/** Nothing here is about a Redis that is away: one that stands still for some seconds is waited for. */
const REDIS_PATIENCE_MS = 60_000
const store = connectRedis({ url: redisUrl, keyPrefix: prefix, timeoutMs: REDIS_PATIENCE_MS })
await store.start?.()
afterAll(() => store.close?.())
const ages = { daily: 36_500, weekly: 36_500, monthly: 36_500, seen: 36_500 }
const boards = createBoards(store.redis, { timeZone: 'Asia/Seoul', ages })
const day = Temporal.PlainDate.from('2025-03-01')
const units = async () => (await boards.best('daily', day, 1))[0]?.quantity ?? 0

/** Ends the process at the moment at which it counts an order: before Redis has heard of it, or before it hears of Redis's answer. */
interface Death {
  orderId: string
  when: 'before it is counted' | 'after it was counted'
  strike(): void
}
let death: Death | undefined

const watch: Intercept = ({ toServer, toClient }) => {
  let counting = false
  return {
    fromClient(bytes) {
      if (death && bytes.includes(death.orderId)) {
        if (death.when === 'before it is counted') return death.strike()
        counting = true
      }
      toServer(bytes)
    },
    fromServer(bytes) {
      if (counting) death?.strike()
      else toClient(bytes)
    },
  }
}
const proxy = await faultProxy(redisUrl, watch)

const start = () =>
  startApp(fileURLToPath(new URL('../src/main.ts', import.meta.url)), {
    KAFKA_PREFIX: prefix,
    REDIS_KEY_PREFIX: prefix,
    REDIS_URL: proxy.through(redisUrl),
    REDIS_TIMEOUT_MS: String(REDIS_PATIENCE_MS),
    RANKING_DAILY_AGE_DAYS: '36500',
    RANKING_SEEN_AGE_DAYS: '36500',
    KAFKA_SESSION_TIMEOUT_MS: '6000', // the least a broker allows: how long a killed member's partitions stay orphaned
  })

/** Orders of one unit each, sent and not waited for; resolves to their ids. */
async function confirm(count: number): Promise<string[]> {
  const orders = Array.from({ length: count }, () => confirmedOrder({ items: [[7, 1]] }))
  await Promise.all(orders.map((order) => kafka.send(orderConfirmed, order)))
  return orders.map(({ orderId }) => orderId)
}

test('a service that dies before Redis has counted, and again before it knows that it has: each order is on the board once', async () => {
  let app = await start()
  await confirm(20)
  await waitFor('the first orders', async () => (await units()) === 20)

  for (const [when, counted] of [
    ['before it is counted', 0],
    ['after it was counted', 1],
  ] as const) {
    const before = await units()
    const order = confirmedOrder({ items: [[7, 1]] })
    const { pid } = app
    death = { orderId: order.orderId, when, strike: () => process.kill(pid, 'SIGKILL') }
    await kafka.send(orderConfirmed, order)
    expect(await app.ended).toEqual({ code: null, signal: 'SIGKILL' })
    death = undefined
    expect(await units()).toBe(before + counted)

    await confirm(20)
    app = await start()
    await waitFor('all orders', async () => (await units()) >= before + 21)
  }

  // What is counted twice would be by now: an order that comes last has been counted after all of them.
  const [last] = await confirm(1)
  const seen = async () => (await store.redis.sismember('{ranking}:0:seen:2025-03-01', last!)) === 1
  await waitFor('the last order', seen)
  expect(await units()).toBe(63)
  await app.stop()
}, 120_000)
