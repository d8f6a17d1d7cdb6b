import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, deadLetterTopic, orderConfirmed, orderPlaced, paymentCompleted } from '@firstcome/events'
import { testStack } from '@firstcome/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, someUser } from './client.ts'
import { askCoupon, policyOf } from './coupons.ts'
import { type ConsumedRecord, consumeAll, describeTopics, dumpedCodecs, topicConfigs } from './kafka-tools.ts'
import { confirmed, paid } from './orders.ts'
import { kafkaLogFolder } from './system.ts'

/** What both stories write; a rejected order and a refund have stories of their own. */
const written = catalogue.filter(({ topic }) => !/rejected|refunded/.test(topic))

const requestId = `e2e-${randomUUID()}`

beforeAll(async () => {
  const user = someUser()
  const headers = { 'x-request-id': requestId }
  const order = await call('POST /api/orders', { as: user, body: { items: [{ productId: 1, quantity: 1 }] }, headers })
  expect(order.headers.get('x-request-id')).toBe(requestId)
  await paid(user, order.body.orderId)
  await confirmed(user, order.body.orderId)
  await askCoupon(user, await policyOf(1), { prefer: 'wait=10' })
  // The worker says this no, so it is an event; "sold out" may be known before.
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  await askCoupon(user, await policyOf(1, { opensAt }), { prefer: 'wait=10' })
})

test('kafka-topics sees the topics of the catalogue, each with its partitions, and a dead-letter topic per group', async () => {
  const topics = await describeTopics()

  for (const { topic, partitions, consumers } of catalogue) {
    expect(topics.get(topic), topic).toMatchObject({ partitions, replicationFactor: 1 })
    for (const group of consumers) expect([...topics.keys()]).toContain(deadLetterTopic(topic, group))
  }
})

test('kafka-configs sees the retention and the cleanup of the catalogue', async () => {
  const configs = await topicConfigs()

  for (const { topic, retentionMs, cleanup } of catalogue) {
    expect(configs.get(topic), topic).toMatchObject({ 'retention.ms': String(retentionMs), 'cleanup.policy': cleanup })
  }
})

describe('kafka-console-consumer', () => {
  let records: Map<string, ConsumedRecord[]>
  beforeAll(async () => {
    const all = await consumeAll(written.map(({ topic }) => topic))
    records = Map.groupBy(all, ({ headers }) => headers.ce_type ?? 'without a type')
  })

  test.each(written)('reads $topic: keyed, framed, in its envelope', async ({ producer, type }) => {
    const some = records.get(type) ?? []
    expect(some.length).toBeGreaterThan(0)
    for (const { key, headers, value } of some) {
      expect(key).toMatch(/^(\d+|[0-9a-f-]{36})$/)
      expect(headers).toMatchObject({
        ce_specversion: '1.0',
        ce_id: expect.stringMatching(/.+/),
        ce_source: producer,
        ce_type: type,
        ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        'content-type': expect.stringMatching(/avro/),
      })
      // The magic byte of the framing, then the id of the writer's schema.
      expect(value[0]).toBe(0)
    }
    const ids = new Set(some.map(({ value }) => value.readInt32BE(1)))
    for (const id of ids) expect(await nameOfSchema(id)).toBe(type)
  })

  test('sees the request id that the client gave the gateway, in the record that came of it', () => {
    const found = records.get(orderPlaced.type)?.filter(({ headers }) => headers['correlation-id'] === requestId)

    expect(found).toHaveLength(1)
  })

  test('sees one request through two services: a payment and the confirmation it brought about', () => {
    const one = (type: string, key: string) => records.get(type)?.find((record) => record.key === key)?.headers
    const orders = records.get(orderConfirmed.type)!.map(({ key }) => key)

    for (const key of orders.slice(-5)) {
      const [payment, confirmation] = [one(paymentCompleted.type, key), one(orderConfirmed.type, key)]
      expect(payment?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-\d\d$/)
      expect(confirmation?.traceparent?.slice(3, 35)).toBe(payment?.traceparent?.slice(3, 35))
      expect(confirmation?.['correlation-id']).toBe(payment?.['correlation-id'])
      expect(payment?.['correlation-id']).toBeTruthy()
    }
  })
})

test('kafka-dump-log sees every batch of every topic compressed with snappy', async () => {
  const folder = kafkaLogFolder()
  const segments = written.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => join(folder, `${topic}-${partition}`)).flatMap((one) =>
      readdirSync(one)
        .filter((name) => name.endsWith('.log'))
        .map((name) => join(one, name))
        .filter((file) => statSync(file).size > 0),
    ),
  )
  const codecs = await dumpedCodecs(segments)

  expect(segments.length).toBeGreaterThanOrEqual(written.length)
  expect([...codecs.keys()]).toEqual(['snappy'])
})

async function nameOfSchema(id: number): Promise<string> {
  const response = await fetch(`${testStack().registryUrl}/schemas/ids/${id}`)
  expect(response.status, `schema ${id} in the registry`).toBe(200)
  const { schema } = (await response.json()) as { schema: string }
  const { namespace, name } = JSON.parse(schema)
  return `${namespace}.${name}`
}
