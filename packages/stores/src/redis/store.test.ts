import { faultProxy, freePort, testPrefix, testStack, waitFor } from '@firstcome/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { RedisConfig } from './settings.ts'
import { connectRedis, type RedisStore } from './store.ts'

const keyPrefix = testPrefix()
let plain: Redis

beforeAll(() => {
  plain = new Redis(testStack().redisUrl)
  afterAll(async () => {
    const keys = await plain.keys(`${keyPrefix}*`)
    if (keys.length > 0) await plain.del(keys)
    plain.disconnect()
  })
})

async function start(config: Partial<RedisConfig> = {}): Promise<RedisStore> {
  const store = connectRedis({ url: testStack().redisUrl, keyPrefix, ...config })
  onTestFinished(() => store.close())
  await store.start()
  return store
}

test('every key gets the prefix, those of scripts and pipelines included', async () => {
  const { redis, check } = await start()
  await check()
  await redis.set('a', '1')
  await redis.eval("redis.call('set', KEYS[1], '2')", 1, 'b')
  await redis.pipeline().set('c', '3').exec()
  expect(await plain.mget('a', 'b', 'c')).toEqual([null, null, null])
  expect(await plain.mget(['a', 'b', 'c'].map((key) => keyPrefix + key))).toEqual(['1', '2', '3'])
})

test('a Redis that cannot be reached fails the start, with the reason', async () => {
  await expect(start({ url: `redis://127.0.0.1:${await freePort()}` })).rejects.toThrow('ECONNREFUSED')
})

test('a mistake in a command is no outage', async () => {
  const { redis } = await start()
  await redis.set('text', 'x')
  await expect(redis.lpush('text', '1')).rejects.not.toHaveProperty('retriable')
})

/** Undefined for what takes longer than this turn of the event loop: whatever waits for a timer or the network. */
const atOnce = <T>(answer: Promise<T>) =>
  Promise.race([answer, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))])

test('while Redis is away commands fail at once; when it is back they work, on a connection made by itself', async () => {
  const proxy = await faultProxy(testStack().redisUrl)
  const { redis, check } = await start({ url: proxy.through(testStack().redisUrl) })
  await redis.set('before', '1')

  await proxy.down()
  await waitFor('the outage', () =>
    check().then(
      () => false,
      () => true,
    ),
  )
  expect(await atOnce(redis.get('before').catch((error: unknown) => error))).toMatchObject({ retriable: true })
  const [[error] = []] = (await atOnce(redis.pipeline().get('before').exec())) ?? []
  expect(error).toMatchObject({ retriable: true })
  await expect(check()).rejects.toThrow(/ECONNREFUSED|reconnecting|connecting|close/)

  await proxy.resume()
  await waitFor('Redis', () => check().then(() => true))
  expect(await redis.get('before')).toBe('1')
})

test('a command in flight when the connection breaks is rejected, not sent a second time', async () => {
  let answering = true
  const proxy = await faultProxy(testStack().redisUrl, ({ toServer, toClient }) => ({
    fromClient: toServer,
    fromServer: (bytes) => answering && toClient(bytes),
  }))
  const { redis, check } = await start({ url: proxy.through(testStack().redisUrl) })
  // The command arrives and is executed; only its answer never comes.
  answering = false
  const counted = redis.incr('counted').then(
    () => undefined,
    (error: unknown) => error,
  )
  await waitFor('the command at Redis', async () => (await plain.get(`${keyPrefix}counted`)) === '1')
  answering = true
  proxy.reset()
  expect(await counted).toMatchObject({ retriable: true })
  await waitFor('Redis', () => check().then(() => true))
  expect(await redis.get('counted')).toBe('1')
})

test('a network that went silent is an outage after the timeout', async () => {
  const proxy = await faultProxy(testStack().redisUrl)
  const { redis, check } = await start({ url: proxy.through(testStack().redisUrl), timeoutMs: 2_000 })
  proxy.swallow()
  await expect(redis.get('a')).rejects.toMatchObject({ retriable: true })
  await proxy.resume()
  await waitFor('Redis', () => check().then(() => true))
})

test('closing waits for the answers that are due', async () => {
  const store = await start()
  const answers = Promise.all(Array.from({ length: 100 }, (_, i) => store.redis.set(`k${i}`, i)))
  await store.close()
  expect(await answers).toHaveLength(100)
  await store.close()
})
