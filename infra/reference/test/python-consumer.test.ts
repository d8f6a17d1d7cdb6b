import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EventType, type OrderConfirmed, orderConfirmed } from '@firstcome/events'
import { ownTopics, testKafka } from '@firstcome/kafka/testing'
import { runProgram, testFolder, testPrefix, testPython, testStack, waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url).pathname
const example = join(root, 'docs/examples/python')
const { brokers, registryUrl, registryReaderUrl } = testStack()
const prefix = testPrefix()
/** A machine that never had these packages installs them first. */
const INSTALL_MS = 300_000
let python: string

beforeAll(async () => {
  const [found, removeTopics] = await Promise.all([
    testPython(join(example, 'requirements.txt')),
    ownTopics(prefix, [orderConfirmed]),
  ])
  python = found
  afterAll(removeTopics)
}, INSTALL_MS)

type NewerOrder = OrderConfirmed & { channel: string }

/** The contract as it could be next: a field more, with a default. */
const newer = {
  ...orderConfirmed,
  // Of the test's own: the system's subject stays as it is.
  subject: `${prefix}newer-value`,
  schema: withField(orderConfirmed.schema, { name: 'channel', type: 'string', default: 'web' }),
} as EventType<NewerOrder>

const order = (over: Partial<OrderConfirmed> = {}): OrderConfirmed => ({
  orderId: crypto.randomUUID(),
  userId: 42,
  paymentId: crypto.randomUUID(),
  items: [
    { productId: 1, quantity: 2, unitPrice: 12_900 },
    { productId: 2, quantity: 1, unitPrice: 0 },
  ],
  totalAmount: 25_800,
  placedAt: 1_700_000_000_123,
  confirmedAt: 1_700_000_001_000,
  ...over,
})

test('a Python consumer prints what was sent, each event once, whoever wrote it and whatever it was written for', async () => {
  await register(newer)
  const [today, tomorrow] = await Promise.all([testKafka(prefix, [orderConfirmed]), testKafka(prefix, [newer])])
  const first = order()
  const large = order({
    userId: 2 ** 53 - 1,
    items: [{ productId: 2 ** 40, quantity: 2 ** 31 - 1, unitPrice: 2 ** 32 }],
    totalAmount: 2 ** 53 - 1,
  })
  const ahead = { ...order(), channel: 'app' }
  const [id, time] = [crypto.randomUUID(), 1_700_000_002_500]

  await today.send(orderConfirmed, first, { id, time, correlationId: 'a request' })
  await today.send(orderConfirmed, first, { id, time, correlationId: 'a request' })
  // Of the same key, so behind those two: where it is printed, they have been read.
  const after = order({ orderId: first.orderId })
  await Promise.all([today.send(orderConfirmed, after), today.send(orderConfirmed, large), tomorrow.send(newer, ahead)])

  const reader = consume()
  await waitFor('four orders', () => linesOf(reader).length >= 4)
  reader.kill('SIGTERM')
  expect(await reader.ended, reader.output()).toEqual({ code: 0, signal: null })

  const lines = linesOf(reader)
  // It was written before there was a channel.
  const { channel, ...known } = ahead
  expect(byPlace(lines.map((line) => line.order))).toEqual(byPlace([first, after, large, known].map(printed)))
  expect(lines.find((line) => line.id === id)).toEqual({
    id,
    source: 'test',
    type: 'firstcome.orders.OrderConfirmed',
    time: '2023-11-14T22:13:22.500Z',
    correlationId: 'a request',
    order: printed(first),
  })

  // What was printed is committed: its successor goes on behind it. It was written for the newer version.
  const [old, next] = [order(), { ...order(), channel: 'app' }]
  await Promise.all([today.send(orderConfirmed, old), tomorrow.send(newer, next)])
  const successor = consume({ READER_SCHEMA: schemaFile(newer), MAX_MESSAGES: '2' })
  expect(await successor.ended, successor.output()).toEqual({ code: 0, signal: null })
  expect(byPlace(linesOf(successor).map((line) => line.order))).toEqual(
    byPlace([{ ...old, channel: 'web' }, next].map(printed)),
  )
})

test('the schema beside the consumer is a released version of the contract', () => {
  const released = join(root, 'packages/events/released', orderConfirmed.topic)
  const versions = readdirSync(released).filter((file) => file.endsWith('.avsc'))
  const schemas = versions.map((file) => JSON.parse(readFileSync(join(released, file), 'utf8')))
  expect(schemas).toContainEqual(JSON.parse(readFileSync(join(example, 'order_confirmed.avsc'), 'utf8')))
})

function consume(env: Record<string, string> = {}) {
  return runProgram(python, [join(example, 'order_confirmed.py')], {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryReaderUrl,
    KAFKA_GROUP_ID: `${prefix}python`,
    TOPIC: prefix + orderConfirmed.topic,
    ...env,
  })
}

interface Line {
  id: string
  order: { orderId: string }
}

const linesOf = (child: { output(): string }): Line[] =>
  child
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))

/** Moments are times in Python, and are printed as such. */
const printed = (sent: OrderConfirmed) => ({
  ...sent,
  placedAt: new Date(sent.placedAt).toISOString(),
  confirmedAt: new Date(sent.confirmedAt).toISOString(),
})

/** Orders of different keys come in any order. */
const byPlace = <T extends { orderId: string }>(orders: T[]) =>
  orders.toSorted((a, b) => (a.orderId < b.orderId ? -1 : Number(a.orderId > b.orderId)))

const schemaFile = ({ schema }: EventType<never>) =>
  join(testFolder({ 'newer.avsc': JSON.stringify(schema) }), 'newer.avsc')

function withField(schema: unknown, field: object) {
  const { fields, ...record } = schema as { fields: object[] }
  return { ...record, fields: [...fields, field] }
}

async function register({ subject, schema }: EventType<never>): Promise<void> {
  const answer = await fetch(`${registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  })
  expect(answer.status, await answer.text()).toBe(200)
}
