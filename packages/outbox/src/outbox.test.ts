import { orderPlaced } from '@firstcome/events'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anOrder, bench, rowsIn } from '../test/bench.ts'

const { db, outbox, kafka } = await bench()

beforeEach(() => db('outbox').delete())

test('an event is there once its transaction has committed, in the columns that Debezium reads', async () => {
  const order = anOrder()
  const id = '0199a0b0-0000-7000-8000-000000000001'
  await db.transaction((trx) => outbox.add(trx, orderPlaced, order, { id, time: 0, correlationId: 'c-1' }))

  const [row] = await db('outbox')
  expect(row).toMatchObject({
    id,
    aggregatetype: 'order-placed',
    aggregateid: order.orderId,
    type: orderPlaced.type,
    attempts: 0,
    headers: { ce_id: id, ce_source: 'outbox-test', ce_time: '1970-01-01T00:00:00.000Z', 'correlation-id': 'c-1' },
  })
  expect(await kafka.contracts.decode(orderPlaced, row.payload)).toEqual(order)
})

test('a transaction that rolls back leaves no event', async () => {
  const failing = db.transaction(async (trx) => {
    await outbox.addAll(trx, [
      [orderPlaced, anOrder()],
      [orderPlaced, anOrder()],
    ])
    throw new Error('the change itself failed')
  })
  await expect(failing).rejects.toThrow('the change itself failed')
  expect(await rowsIn(db, 'outbox')).toBe(0)
})

test('a value that breaks its contract fails the transaction that would have announced it', async () => {
  const broken = anOrder({ totalAmount: 0.5 })
  const failing = db.transaction((trx) =>
    outbox.addAll(trx, [
      [orderPlaced, anOrder()],
      [orderPlaced, broken],
    ]),
  )
  await expect(failing).rejects.toMatchObject({
    code: 'EVENT_INVALID',
    message: expect.stringContaining('totalAmount'),
  })
  expect(await rowsIn(db, 'outbox')).toBe(0)
})

test('any number of events is one round trip, in the order given', async () => {
  const orders = Array.from({ length: 1000 }, (_, index) => anOrder({ placedAt: index }))
  const statements: string[] = []
  await db.transaction(async (trx) => {
    trx.on('query', ({ sql }) => statements.push(sql))
    await outbox.addAll(
      trx,
      orders.map((order) => [orderPlaced, order] as const),
    )
    await outbox.addAll(trx, [])
  })
  expect(statements.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).toHaveLength(1)
  const rows = await db('outbox').orderBy('seq').select('aggregateid')
  expect(rows.map((row) => row.aggregateid)).toEqual(orders.map((order) => order.orderId))
})

describe('an event and what it is about, in one statement', () => {
  const made = (id: string) => ({ sql: 'made as (insert into things (id) values (?))', bindings: [id] })
  const things = () => db('things').pluck('id')

  beforeAll(() => db.raw('create table things (id text primary key)'))
  beforeEach(() => db('things').delete())

  test('are there together', async () => {
    const order = anOrder()
    await outbox.addWith(db, made('one'), orderPlaced, order, { time: 0 })
    expect(await things()).toEqual(['one'])
    const [row] = await db('outbox')
    expect(row).toMatchObject({ aggregateid: order.orderId, headers: { ce_time: '1970-01-01T00:00:00.000Z' } })
  })

  test('are there once, if the change says that only the first may make it', async () => {
    await db('things').insert({ id: 'open' })
    const closed = { sql: "closed as (update things set id = ? where id = 'open' returning id)", only: 'closed' }
    const close = (id: string) => outbox.addWith(db, { ...closed, bindings: [id] }, orderPlaced, anOrder())
    const added = await Promise.all(['a', 'b', 'c'].map(close))
    expect(added.filter(Boolean)).toHaveLength(1)
    expect(await rowsIn(db, 'outbox')).toBe(1)
    expect(await things()).toEqual([['a', 'b', 'c'][added.indexOf(true)]])
  })

  test('are both not there, if either fails', async () => {
    await db('things').insert({ id: 'one' })
    await expect(outbox.addWith(db, made('one'), orderPlaced, anOrder())).rejects.toMatchObject({ code: '23505' })
    expect(await rowsIn(db, 'outbox')).toBe(0)

    const id = '0199a0b0-0000-7000-8000-000000000002'
    await outbox.addWith(db, made('two'), orderPlaced, anOrder(), { id })
    const again = outbox.addWith(db, made('three'), orderPlaced, anOrder(), { id })
    await expect(again).rejects.toMatchObject({ code: '23505' })
    const broken = outbox.addWith(db, made('four'), orderPlaced, anOrder({ totalAmount: 0.5 }))
    await expect(broken).rejects.toMatchObject({ code: 'EVENT_INVALID' })
    expect((await things()).sort()).toEqual(['one', 'two'])
  })
})
