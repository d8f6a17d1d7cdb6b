import { join } from 'node:path'
import { orderConfirmed } from '@firstcome/events'
import { recordsOf, testKafka } from '@firstcome/kafka/testing'
import { waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registered, retireTestVersions } from './rolling-change/registered.ts'
import { consumerLog } from './rolling-change/seen.ts'
import { type Version, versionsOf } from './rolling-change/versions.ts'
import { discrepancies } from './shopping/books.ts'
import { startShopping } from './shopping/buyers.ts'
import { deadLetters, drained } from './shopping/drained.ts'
import { reconciled, tool } from './tool.ts'

const { subject, topic } = orderConfirmed
const group = 'ranking-service'
/** Enough of each kind to be sure that it was no accident. */
const many = 10

const kafka = await testKafka('', [])
const begun = new Date()
await retireTestVersions(subject)
const before = (await registered(subject)).length
const channel = { name: 'channel', type: 'string', default: 'unknown', value: 'web' }
const points = { name: 'points', type: 'int', default: 0, value: 7 }
const { build, remove } = versionsOf([channel, points])
const built = (app: string) => join(import.meta.dirname, '../apps', app, 'dist')
const old: Version = { producer: built('order-service'), consumer: built('ranking-service') }
let [withChannel, withPoints]: Version[] = []

beforeAll(async () => {
  ;[withChannel, withPoints] = await build()
}, 200_000)

/** What was deployed last; nothing at first. */
const deployed = new Map<string, string>()

afterAll(async () => {
  // A test that failed half-way leaves nothing running that would not start again.
  for (const [service, from] of deployed) {
    if (from !== built(service)) await tool('deploy:service', service, '--from', built(service))
  }
  remove()
  await retireTestVersions(subject)
}, 200_000)

async function deploy(service: string, from: string): Promise<void> {
  deployed.set(service, from)
  const { code, output } = await tool('deploy:service', service, '--from', from)
  expect(code, output).toBe(0)
}

/** Resolves when the group has taken all that the topic holds now. */
async function caughtUp(): Promise<void> {
  const ends = await kafka.topicOffsets(topic)
  await waitFor('the consumer to have taken it', async () => {
    const committed = await kafka.committed(group, topic)
    return ends.every(({ partition, low, high }) => (committed.get(partition) ?? low) >= high)
  })
}

test('a field is added by its producer first, another by its consumer first, and both are taken back, while people buy', async () => {
  const over = Promise.withResolvers<void>()
  const deadBefore = await deadLetters(kafka)
  const shopping = startShopping({ orders: many, clients: 2, users: 50, until: over.promise, how: () => 'card' })
  const { purchases } = shopping
  const seen = consumerLog()
  const bought = async (count: number) => {
    const soFar = purchases.length
    await waitFor(`${count} more orders`, () => purchases.length >= soFar + count)
  }
  /** Until the consumer has met some orders with these values, all of them from now on. */
  const met = async (fields: Record<string, unknown>) => {
    const soFar = seen().length
    const fits = (order: Record<string, unknown>) => Object.entries(fields).every(([name, v]) => order[name] === v)
    await waitFor(`orders with ${JSON.stringify(fields)}`, () => seen().slice(soFar).filter(fits).length >= many)
  }

  try {
    await bought(many)
    // Producer first: the old consumer takes what has a field that it does not know.
    await deploy('order-service', withChannel!.producer)
    await bought(many)
    await caughtUp()
    await deploy('ranking-service', withChannel!.consumer)
    await met({ channel: channel.value, points: undefined })

    // Consumer first: it has the default of what nobody writes yet.
    await deploy('ranking-service', withPoints!.consumer)
    await met({ channel: channel.value, points: points.default })
    await deploy('order-service', withPoints!.producer)
    await met({ channel: channel.value, points: points.value })
    expect(await registered(subject)).toHaveLength(before + 2)

    // The way back: the registry has kept the version of the old producer.
    await deploy('order-service', old.producer)
    await met({ channel: channel.default, points: points.default })
    await deploy('ranking-service', old.consumer)
    await bought(many)
    expect(await registered(subject)).toHaveLength(before + 2)
  } finally {
    over.resolve()
    await shopping.over
  }

  await drained(kafka)
  const ids = (await registered(subject)).map(({ id }) => id)
  const written = new Map((await recordsOf(topic)).map(({ key, value }) => [key, value!.readInt32BE(1)]))
  const versions = new Map(purchases.map(({ orderId }) => [orderId, ids.indexOf(written.get(orderId)!) - before]))
  expect(new Set(versions.values())).toEqual(new Set([-1, 0, 1]))
  const mine = seen().filter(({ orderId }) => versions.has(orderId))
  const wrong = mine.filter(({ orderId, ...order }) => {
    const version = versions.get(orderId)!
    const expected = {
      channel: version >= 0 ? channel.value : channel.default,
      points: version >= 1 ? points.value : points.default,
    }
    return order.channel !== expected.channel || (order.points ?? points.default) !== expected.points
  })
  expect(wrong).toEqual([])

  // Nobody was turned away, and nothing is missing, twice or dead.
  const waits = ['ORDER_NOT_FOUND', 'PAYMENT_IN_PROGRESS']
  expect([...shopping.repeated.keys()].filter((reason) => !waits.includes(reason))).toEqual([])
  expect(await discrepancies(shopping)).toEqual([])
  expect(await deadLetters(kafka)).toBe(deadBefore)
  const { code, output } = await reconciled(begun)
  expect(code, output).toBe(0)
  console.log(`${purchases.length} orders, ${mine.length} of them seen by a consumer of a new version`)
}, 900_000)
