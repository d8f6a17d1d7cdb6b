import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { kafkaConfig, kafkaSettings } from './settings.ts'

const { brokers, registryUrl, prefix, connectionTimeoutMs, producer, consumer } = kafkaSettings
const all = [brokers, registryUrl, prefix, connectionTimeoutMs, ...Object.values(producer), ...Object.values(consumer)]

test('the defaults are those that were asked for', () => {
  const config = kafkaConfig({ brokers: ['b:9092'], registryUrl: 'http://r', consumer: { concurrency: 7 } })

  expect(config.producer).toMatchObject({
    acks: -1,
    retries: 3,
    lingerMs: 10,
    batchBytes: 16_384,
    bufferBytes: 33_554_432,
    requestTimeoutMs: 30_000,
    deliveryTimeoutMs: 120_000,
  })
  expect(config.consumer).toMatchObject({
    maxPollRecords: 10,
    concurrency: 7,
    sessionTimeoutMs: 30_000,
    maxPollIntervalMs: 300_000,
    attempts: 3,
  })
})

test('brokers are a list, and anything but acks from all is refused', () => {
  expect(brokers.schema.parse('a:1, b:2')).toEqual(['a:1', 'b:2'])
  expect(producer.acks.schema.parse('all')).toBe(-1)
  expect(producer.acks.schema.safeParse('1').success).toBe(false)
})

test('the README names every setting with its default', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const { env, schema } of all) {
    const line = readme.split('\n').find((one) => one.startsWith('|') && one.includes(`\`${env}\``))
    expect(line, env).toBeDefined()
    const { data } = schema.safeParse(undefined)
    if (typeof data === 'number' && data >= 0) expect(line, env).toContain(String(data))
  }
})
