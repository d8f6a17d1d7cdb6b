import { fileURLToPath } from 'node:url'
import { catalogue, orderConfirmed } from '@firstcome/events'
import { compareTopics, type RawRecord, recordsOf, removeTopics, testKafka } from '@firstcome/kafka/testing'
import { runNode, testPrefix, testStack, testTopics, waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Channel, document, lastOf, messageOf, problems, whole } from './document.ts'

const { channels, operations, servers } = document
const { brokers, registryUrl, registryReaderUrl, gatewayUrl } = testStack()
const prefix = testPrefix()

beforeAll(() => testTopics(prefix))
afterAll(() => removeTopics(prefix))

test('every topic that the topics command creates is a channel, with its partitions and settings', async () => {
  const documented = Object.values(channels).map(({ address, bindings: { kafka } }) => ({
    topic: prefix + address,
    partitions: kafka.partitions,
    replication: kafka.replicas,
    config: Object.fromEntries(
      Object.entries(kafka.topicConfiguration).map(([name, value]) => [name, [value].flat().join()]),
    ),
  }))

  const report = await compareTopics(prefix, documented)

  expect(report.filter(({ state }) => state !== 'as planned')).toEqual([])
  expect(report.length).toBeGreaterThan(catalogue.length * 4)
})

test('the addresses are those of the local system', () => {
  // The test stack has every port so much higher.
  const offset = Number(new URL(gatewayUrl).port) - 8080
  const moved = (address: string) =>
    address.replace(/(127\.0\.0\.1:)(\d+)/, (_, ip, port) => ip + (Number(port) + offset))
  expect(moved(servers.local.host)).toBe(brokers)
  expect(moved(servers.local.bindings.kafka.schemaRegistryUrl)).toBe(registryReaderUrl)
})

test('records of every kind have the headers and the key that their message has, and are read by the groups that are named', async () => {
  const kafka = await testKafka(prefix, [orderConfirmed], { name: 'order-service', consumer: { attempts: 2 } })
  const group = 'ranking-service'
  const consumer = kafka.consumer(group).on(orderConfirmed, async () => {
    throw new TypeError('a bug')
  })
  await consumer.start?.()
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await kafka.send(orderConfirmed, order, { traceparent, correlationId: 'a request' })
  const [dead, retry] = [
    channels[`${orderConfirmed.topic}.${group}.dlt`],
    channels[`${orderConfirmed.topic}.${group}.retry-1000`],
  ]
  await waitFor('the dead letter is taken note of', () => isRead(dead!))
  await waitFor('its second try is committed', () => isRead(retry!))
  // What is replayed now stays on its retry topic.
  await consumer.close?.()
  await replayAll()

  const all = [channels[orderConfirmed.topic]!, dead!, retry!, channels['dead-letter-actions']!]
  const records = await Promise.all(
    all.map(async (channel) => (await recordsOf(prefix + channel.address)).map((record) => ({ channel, record }))),
  )
  for (const { channel, record } of records.flat()) expect(wrong(channel, record), channel.address).toEqual([])
  const seen = new Set(records.flat().flatMap(({ record }) => Object.keys(record.headers)))
  const documented = all.flatMap((channel) => Object.keys(knownHeaders(channel)))
  // Only a value larger than any that a broker takes here is left out.
  expect(documented.filter((name) => !seen.has(name) && name !== 'dlt-value-omitted')).toEqual([])

  async function isRead({ address }: Channel) {
    const [reader] = Object.values(operations).flatMap(({ action, channel, bindings }) =>
      action === 'receive' && lastOf(channel) === address ? (bindings.kafka.groupId?.const ?? []) : [],
    )
    return [...(await kafka.committed(reader!, address)).values()].some((offset) => offset > 0)
  }
})

async function replayAll(): Promise<void> {
  const command = fileURLToPath(new URL('../../../packages/kafka/src/commands/dlt.ts', import.meta.url))
  const environment = { KAFKA_BROKERS: brokers, KAFKA_PREFIX: prefix, SCHEMA_REGISTRY_URL: registryUrl }
  const tool = runNode(command, environment, ['replay', '--yes', '--by', 'a test'])
  expect(await tool.ended, tool.output()).toMatchObject({ code: 0 })
}

interface Schema {
  properties?: Record<string, { type: string; format?: string }>
  allOf?: Schema[]
}

function knownHeaders(channel: Channel): NonNullable<Schema['properties']> {
  const { properties, allOf = [] } = whole(messageOf(channel).headers) as Schema
  return Object.assign({}, properties, ...allOf.toReversed().map((one) => one.properties))
}

/** What in a record is not as its channel's message says. */
function wrong(channel: Channel, { headerBytes, key, value }: RawRecord): string[] {
  const { headers, bindings, contentType, payload } = messageOf(channel)
  const known = knownHeaders(channel)
  const unknown = Object.keys(headerBytes).filter((name) => !(name in known))
  const read = Object.entries(headerBytes).map(([name, bytes]) => [name, readHeader(known[name], bytes)])
  return [
    ...unknown.map((name) => `${name}: not in the document`),
    ...problems(headers, Object.fromEntries(read)),
    ...problems(bindings.kafka.key, key),
    ...(contentType === 'application/json' ? problems(payload, JSON.parse(String(value))) : []),
  ]
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A header by the words of the document: text, or a number in so many bytes. */
function readHeader(schema: { type: string; format?: string } | undefined, bytes: Buffer): string | number {
  if (schema?.type !== 'integer') return utf8.decode(bytes)
  expect(bytes).toHaveLength(schema.format === 'int64' ? 8 : 4)
  return bytes.readIntBE(bytes.length > 4 ? 2 : 0, Math.min(6, bytes.length))
}

const order = {
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  userId: 42,
  paymentId: '01890a5d-ac96-774b-bcce-b302099a8058',
  items: [{ productId: 1, quantity: 2, unitPrice: 1500 }],
  totalAmount: 3000,
  placedAt: 1_700_000_000_000,
  confirmedAt: 1_700_000_001_000,
}
