import { fileURLToPath } from 'node:url'
import { orderConfirmed } from '@firstcome/events'
import { testKafka } from '@firstcome/kafka/testing'
import { connectRedis } from '@firstcome/stores/redis'
import { runNode, startApp, testPrefix, testStack, testTopics, waitFor } from '@firstcome/testing'
import { afterAll, expect, test } from 'vitest'
import { base } from '../src/board/keys.ts'
import { confirmedOrder } from '../src/board/order-confirmed.fixture.ts'

const prefix = testPrefix()
await testTopics(prefix)
const kafka = await testKafka(prefix, [orderConfirmed])
const { brokers, registryUrl, redisUrl } = testStack()
/** Nothing here is about a Redis that is away: one that stands still for some seconds is waited for. */
const REDIS_PATIENCE_MS = 60_000
const store = connectRedis({ url: redisUrl, keyPrefix: prefix, timeoutMs: REDIS_PATIENCE_MS })
await store.start()
afterAll(() => store.close())
const env = {
  KAFKA_PREFIX: prefix,
  REDIS_KEY_PREFIX: prefix,
  REDIS_TIMEOUT_MS: String(REDIS_PATIENCE_MS),
  RANKING_DAILY_AGE_DAYS: '36500',
  RANKING_WEEKLY_AGE_DAYS: '36500',
  RANKING_MONTHLY_AGE_DAYS: '36500',
  RANKING_SEEN_AGE_DAYS: '36500',
}
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const app = await startApp(file('../src/main.ts'), env)

const command = (args: string[], more: Record<string, string> = {}) => {
  const settings = { ...env, KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl, REDIS_URL: redisUrl, ...more }
  return runNode(file('../src/commands/ranking.ts'), settings, args)
}
/** Order by order, so that it takes a while. Resolves as soon as it has begun, or has counted something. */
const beginSlowly = async (until: 'begun' | 'counting') => {
  const child = command(['rebuild'], { RANKING_MAX_BATCH: '1' })
  await waitFor(`it to be ${until}`, async () => {
    const building = await store.redis.get(`${base}:building`)
    return building && (until === 'begun' || (await store.redis.exists(`${base}:${building}:all`)) === 1)
  })
  return child
}
const ran = async (...args: string[]) => {
  const child = command(args)
  const { code } = await child.ended
  return { code, output: child.output() }
}

const days = ['2025-03-01', '2025-03-02', '2025-03-03', '2025-04-01']
const noon = (day: string) => Temporal.ZonedDateTime.from(`${day}T12:00[Asia/Seoul]`).epochMilliseconds
/** Orders of several days and products; every tenth is announced twice. */
const confirm = async (count: number) => {
  const orders = Array.from({ length: count }, (_, i) =>
    confirmedOrder({ items: [[1 + (i % 7), 1 + (i % 3)]], confirmedAt: noon(days[i % days.length]!) }),
  )
  await Promise.all(
    [...orders, ...orders.filter((_, i) => i % 10 === 0)].map((order) => kafka.send(orderConfirmed, order)),
  )
}
const board = async (query: string): Promise<{ quantity: number }[]> =>
  ((await (await fetch(`${app.url}/api/rankings/best-sellers?limit=100&${query}`)).json()) as { items: [] }).items
const boards = async () =>
  Promise.all(['daily', 'weekly', 'monthly', 'all'].flatMap((p) => days.map((d) => board(`period=${p}&date=${d}`))))
const units = async () => (await board('period=all')).reduce((sum, { quantity }) => sum + quantity, 0)
const settled = async () => {
  await waitFor('everything to be counted', async () => {
    const [offsets, committed] = await Promise.all([
      kafka.topicOffsets(orderConfirmed.topic),
      kafka.committed('ranking-service', orderConfirmed.topic),
    ])
    return offsets.every(({ partition, high }) => high === 0 || committed.get(partition) === high)
  })
}

test('the boards are equal to before, whatever was lost of them', async () => {
  await confirm(500)
  await settled()
  const before = await boards()
  expect(await units()).toBeGreaterThan(500)

  expect(await ran('rebuild')).toEqual({ code: 0, output: expect.stringContaining('500 orders counted again') })
  expect(await boards()).toEqual(before)

  // A restart of Redis without its data.
  const keys = await store.redis.keys(`${prefix}{ranking}*`)
  await store.redis.del(keys.map((key) => key.slice(prefix.length)))
  expect(await units()).toBe(0)
  expect(await ran('rebuild')).toMatchObject({ code: 0 })
  expect(await boards()).toEqual(before)

  // One generation is left, and nothing of the others.
  const live = await store.redis.get(`${base}:live`)
  const names = (await store.redis.keys(`${prefix}{ranking}:*:*`)).map((key) => key.slice(prefix.length).split(':')[1])
  expect(new Set(names)).toEqual(new Set([live]))
})

test('orders that come meanwhile are counted once, and there is no moment without boards', async () => {
  await settled()
  let least = await units()
  let ended = false
  const rebuilding = ran('rebuild').finally(() => {
    ended = true
  })
  const watching = (async () => {
    while (!ended) {
      const now = await units()
      expect(now).toBeGreaterThanOrEqual(least)
      least = now
    }
  })()
  while (!ended) await confirm(20)
  expect(await rebuilding).toMatchObject({ code: 0 })
  await watching

  await settled()
  const before = await boards()
  expect(await ran('rebuild')).toMatchObject({ code: 0 })
  expect(await boards()).toEqual(before)
})

test('a rebuild that is killed leaves the boards as they were; the next one begins when its time is over', async () => {
  await confirm(3_000)
  await settled()
  const before = await boards()
  const child = await beginSlowly('counting')
  child.kill()
  await child.ended
  expect(await boards()).toEqual(before)

  expect(await ran('rebuild')).toEqual({ code: 1, output: expect.stringContaining('A rebuild is under way') })
  await store.redis.del(`${base}:building`) // the minute is over
  expect(await ran('rebuild')).toMatchObject({ code: 0 })
  expect(await boards()).toEqual(before)
})

test.each(['begun', 'counting'] as const)('one that is told to stop lets go at once: %s', async (until) => {
  const before = await boards()
  const child = await beginSlowly(until)
  child.kill('SIGTERM')
  expect(await child.ended).toEqual({ code: 1, signal: null })
  expect(child.output()).toContain('the boards stay as they were')
  expect(await boards()).toEqual(before)
  expect(await store.redis.get(`${base}:building`)).toBeNull()
})

test('wrong arguments are told what there is', async () => {
  expect(await ran('rebuilt')).toEqual({ code: 2, output: expect.stringContaining('ranking rebuild') })
  expect(await ran('rebuild', '--fast')).toMatchObject({ code: 2 })
  expect(await ran('--help')).toEqual({ code: 0, output: expect.stringContaining('Exit codes') })
})
