import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { catalogue } from '@firstcome/events'
import { testPrefix, testStack } from '@firstcome/testing'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from './client.ts'
import { testbed } from './testbed.ts'
import { createTopics, planTopics } from './topics.ts'

const command = fileURLToPath(new URL('./commands/topics.ts', import.meta.url))

test('the plan holds every event, and for each of its groups two retry topics and the dead letters, and the actions on those', () => {
  const plan = planTopics(catalogue, { prefix: 'p.', replication: 3, couponPartitions: 5 })
  const byName = new Map(plan.map((planned) => [planned.topic, planned]))

  expect(byName.get('p.coupon-issue')).toMatchObject({ partitions: 5, replication: 3 })
  expect(byName.get('p.coupon-issue')!.config).toMatchObject({
    'retention.ms': '604800000',
    'min.insync.replicas': '2',
  })
  expect(byName.get('p.coupon-policy')!.config).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': '-1' })
  expect(byName.get('p.order-confirmed')!.partitions).toBe(10)
  expect(byName.has('p.order-confirmed.ranking-service.dlt')).toBe(true)
  expect(byName.has('p.order-confirmed.data-platform-sink.dlt')).toBe(true)
  expect(byName.get('p.order-confirmed.ranking-service.retry-1000')!.config['retention.ms']).toBe('604800000')
  expect(byName.has('p.order-confirmed.ranking-service.retry-2000')).toBe(true)
  const groups = catalogue.reduce((sum, { consumers }) => sum + consumers.length, 0)
  expect(byName.get('p.dead-letter-actions')).toMatchObject({ partitions: 1, config: { 'retention.ms': '-1' } })
  expect(plan.length).toBe(catalogue.length + 3 * groups + 1)
})

test('what is missing is created; what is there and differs is told, and left as it is', async () => {
  const bed = await testbed(2)
  const retry = bed.config.consumer
  const [coupon] = catalogue.filter(({ topic }) => topic === 'coupon-issue')

  const again = await createTopics(bed.admin, planTopics([coupon!], { prefix: bed.prefix, couponPartitions: 2, retry }))
  expect(again.map(({ state }) => state)).toEqual(Array(5).fill('as planned'))

  const changed = { ...coupon!, retentionMs: 1000, consumers: ['coupon-worker', 'audit'] }
  const [topic, ...sides] = await createTopics(
    bed.admin,
    planTopics([changed], { prefix: bed.prefix, couponPartitions: 3, retry }),
  )
  expect(topic).toMatchObject({
    state: 'differs',
    differences: ['partitions is 2, planned 3', 'retention.ms is 604800000, planned 1000'],
  })
  expect(sides.map(({ state }) => state)).toEqual([
    // What is tried again has nothing to do with how long the event is kept.
    ...Array(3).fill('as planned'),
    ...Array(3).fill('created'),
    'as planned',
  ])
  const { topics } = await bed.admin.fetchTopicMetadata({ topics: [topic!.topic] })
  expect(topics[0]!.partitions).toHaveLength(2)
})

test('a topic that has been created takes records in every partition at once', async () => {
  const bed = await testbed(1)
  const wide = { topic: `${bed.prefix}wide`, partitions: 100, replication: 1, config: {} }
  await createTopics(bed.admin, [wide])

  // Patient with its connection, and with nothing else.
  const config = { ...bed.config, connectionTimeoutMs: 30_000 }
  const client = createClient(config, { clientId: 'eager', log: pino({ level: 'silent' }) })
  const producer = client.producer({ retry: { retries: 0 } })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const messages = Array.from({ length: wide.partitions }, (_, partition) => ({ partition, value: 'one' }))
  expect(await producer.send({ topic: wide.topic, messages })).toHaveLength(wide.partitions)
})

test('the command creates the catalogue, can be repeated, and says what is wrong with its settings', async () => {
  const prefix = testPrefix()
  const run = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, [command], { env: { ...env, KAFKA_PREFIX: prefix, COUPON_PARTITIONS: '1' } })

  const { stdout: first } = await run({ KAFKA_BROKERS: testStack().brokers })
  const { stdout: second } = await run({ KAFKA_BROKERS: testStack().brokers })

  for (const { topic } of catalogue) {
    expect(first).toMatch(new RegExp(`^${prefix}${topic} .*created$`, 'm'))
    expect(second).toMatch(new RegExp(`^${prefix}${topic} .*as planned$`, 'm'))
  }
  await expect(run({})).rejects.toMatchObject({ code: 78, stderr: expect.stringContaining('KAFKA_BROKERS') })
})
