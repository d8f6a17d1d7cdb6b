import { randomUUID } from 'node:crypto'
import { type OrderPlaced, orderPlaced } from '@firstcome/events'
import type { BatchContext, Message } from '@firstcome/kafka'
import { waitFor } from '@firstcome/testing'
import { beforeEach, expect, test } from 'vitest'
import { anOrder, bench, rowsIn } from '../../test/bench.ts'
import { type InboxBatchHandler, inboxBatch } from '../index.ts'

const { db, outbox, kafka, arrived, host } = await bench()

beforeEach(async () => {
  await db('outbox').delete()
  await db('inbox').delete()
})

const place = { topic: orderPlaced.topic, partition: 0, attempt: 1, timestamp: 0, headers: {} }
const message = (id: string, offset = 0): Message<OrderPlaced> => ({
  ...{ id, offset, value: anOrder(), key: 'a-key', source: 'order-service', type: orderPlaced.type, time: 0 },
  ...place,
})
const context: BatchContext = {
  ...{ topic: place.topic, partition: 0, firstOffset: 0, highWatermark: 0, late: false, clusterId: 'a-cluster' },
  ...{ log: host.log, signal: AbortSignal.timeout(60_000) },
}
const deliver = (ids: string[], handler: InboxBatchHandler<OrderPlaced>) =>
  inboxBatch(db, outbox, handler)(ids.map(message), context)

/** Announces one event for each message. */
const announce: InboxBatchHandler<OrderPlaced> = (messages, { outbox }) =>
  outbox.addAll(messages.map(({ value }) => [orderPlaced, value] as const))

const newIds = (count: number) => Array.from({ length: count }, () => randomUUID())

test('a handler is given what is new, in the order of the log, each event once', async () => {
  const [known, one, two, three] = newIds(4) as [string, string, string, string]
  await deliver([known], async () => {})
  const given: Message<OrderPlaced>[] = []
  await deliver([three, one, known, one, two, three], async (messages) => void given.push(...messages))
  expect(given.map(({ id, offset }) => [id, offset])).toEqual([
    [three, 0],
    [one, 1],
    [two, 4],
  ])
})

test('a handler is not called for a slice that brings nothing new', async () => {
  const ids = newIds(3)
  await deliver(ids, announce)
  await deliver(ids, () => expect.unreachable())
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([3, 3])
})

test('a handler that fails leaves nothing of its slice, and all of it is new when it comes again', async () => {
  const ids = newIds(3)
  const failing = deliver(ids, async (messages, context) => {
    await announce(messages, context)
    throw new Error('the handler failed')
  })
  await expect(failing).rejects.toThrow('the handler failed')
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([0, 0])
  await deliver(ids, announce)
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([3, 3])
})

test('slices that overlap, delivered at the same moment and in any order, have each event handled once', async () => {
  const ids = newIds(200)
  const slices = Array.from({ length: 8 }, (_, turn) => (turn % 2 ? ids.toReversed() : ids).slice(turn * 10))
  await Promise.all(slices.map((slice) => deliver(slice, announce)))
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([200, 200])
})

test('ids are taken in their own order, whatever that of the slice: nobody waits in a circle', async () => {
  const ids = newIds(20).sort()
  await deliver(ids.toReversed(), async () => {})
  const { rows } = await db.raw('select event_id from inbox order by ctid')
  expect(rows.map((row: { event_id: string }) => row.event_id)).toEqual(ids)
})

test('any number of messages is one statement of the inbox', async () => {
  const statements: string[] = []
  const listen = ({ sql }: { sql: string }) => statements.push(sql)
  db.on('query', listen)
  await deliver(newIds(1000), async () => {})
  db.off('query', listen)
  expect(statements.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).toHaveLength(1)
})

test('of a slice in which one message fails, all the others have their effect, and each of them once', async () => {
  const seen: number[] = []
  const POISON = 17
  const handler: InboxBatchHandler<OrderPlaced> = async (messages, { trx }) => {
    for (const { value } of messages) await trx('effects').insert({ n: value.placedAt })
    if (messages.some(({ value }) => value.placedAt === POISON)) throw new Error('this one does not please')
  }
  await db.raw('create table effects (n int not null)')
  const before = arrived.length
  const orderId = randomUUID()
  for (let n = 0; n < 40; n++) await kafka.send(orderPlaced, anOrder({ orderId, placedAt: n }))
  const consumer = kafka.consumer('payment-api', { maxPollRecords: 40 })
  consumer.onBatch(orderPlaced, inboxBatch(db, outbox, handler))
  await consumer.start!()
  try {
    await waitFor('the others', async () => (await db('effects').distinct('n')).length >= 39)
    await waitFor('the records', () => arrived.length >= before + 40)
    seen.push(...(await db('effects').orderBy('n').pluck('n')))
  } finally {
    await consumer.close!()
  }
  expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => n).filter((n) => n !== POISON))
})
