import { fileURLToPath } from 'node:url'
import { connectDatabase } from '@firstcome/stores/postgres'
import { testDatabase } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, expect, test } from 'vitest'
import { insertOrder } from '../../test/insert-order.ts'
import type { ConfirmedOrder, PendingOrder, RejectedOrder } from './order.ts'
import { findOrder, lockOrders, saveOutcomes } from './orders.ts'

const { url } = await testDatabase([fileURLToPath(new URL('../../migrations', import.meta.url))])
const db = connectDatabase({ url, poolSize: 5 })
afterAll(() => db.close())

const anOrder = (count: number): PendingOrder => ({
  orderId: uuidv7(),
  userId: Number.MAX_SAFE_INTEGER,
  status: 'PENDING_PAYMENT',
  items: Array.from({ length: count }, (_, index) => ({ productId: index + 1, quantity: 1000, unitPrice: 2 ** 40 })),
  totalAmount: Number.MAX_SAFE_INTEGER,
  placedAt: Date.UTC(2026, 0, 5, 9, 30, 15, 123),
})

test.each([1, 100])('an order of %i items is stored and read in one statement each, as it was', async (count) => {
  const order = anOrder(count)
  const statements: string[] = []
  await db.transaction(async (trx) => {
    trx.on('query', ({ sql }) => statements.push(sql))
    await insertOrder(trx, order)
    expect(await lockOrders(trx, [order.orderId])).toEqual([order])
  })
  expect(statements.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).toHaveLength(2)
  expect(await findOrder(db, order.orderId)).toEqual(order)
})

test('an order that nobody placed is undefined', async () => {
  expect(await findOrder(db, uuidv7())).toBeUndefined()
})

test('the outcome of an order is read as it was saved', async () => {
  const settledAt = Date.UTC(2026, 0, 5, 10)
  const one = anOrder(1)
  const other = anOrder(2)
  const confirmed: ConfirmedOrder = { ...one, status: 'CONFIRMED', paymentId: uuidv7(), confirmedAt: settledAt }
  const rejected: RejectedOrder = { ...other, status: 'REJECTED', reason: 'AMOUNT_MISMATCH', rejectedAt: settledAt }
  await db.transaction(async (trx) => {
    await insertOrder(trx, one)
    await insertOrder(trx, other)
    await saveOutcomes(trx, [confirmed, rejected])
    await saveOutcomes(trx, [])
  })
  expect(await findOrder(db, one.orderId)).toEqual(confirmed)
  expect(await findOrder(db, other.orderId)).toEqual(rejected)
})

test('changes of one order wait for each other', async () => {
  const order = anOrder(1)
  await db.transaction((trx) => insertOrder(trx, order))
  const seen: string[] = []
  const settle = (paymentId: string) =>
    db.transaction(async (trx) => {
      const [found] = await lockOrders(trx, [order.orderId])
      seen.push(found?.status ?? 'none')
      if (found?.status !== 'PENDING_PAYMENT') return
      await saveOutcomes(trx, [{ ...found, status: 'CONFIRMED', paymentId, confirmedAt: order.placedAt }])
    })
  await Promise.all(Array.from({ length: 5 }, () => settle(uuidv7())))
  expect(seen).toEqual(['PENDING_PAYMENT', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CONFIRMED'])
})

test('of many orders those are found that there are, each once, and locked in one statement', async () => {
  const orders = Array.from({ length: 50 }, (_, index) => anOrder((index % 3) + 1))
  const ids = orders.map(({ orderId }) => orderId)
  await db.transaction(async (trx) => {
    for (const order of orders) await insertOrder(trx, order)
  })
  const statements: string[] = []
  const found = await db.transaction((trx) => {
    trx.on('query', ({ sql }) => statements.push(sql))
    return lockOrders(trx, [uuidv7(), ...ids.toReversed(), ids[0]!])
  })
  expect(found).toEqual(orders)
  expect(statements.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).toHaveLength(1)
})

test('orders are locked in the order of their ids, however Postgres comes by the rows: nobody waits in a circle', async () => {
  const ids = Array.from({ length: 20 }, () => uuidv7())
  await db.transaction(async (trx) => {
    for (const orderId of ids.toReversed()) await insertOrder(trx, { ...anOrder(1), orderId })
  })
  const locked = await db.transaction(async (trx) => {
    // As they lie in the table, which is as they were made.
    await trx.raw('set local enable_indexscan = off; set local enable_bitmapscan = off')
    return lockOrders(trx, ids.toReversed())
  })
  expect(locked.map(({ orderId }) => orderId)).toEqual(ids)
})
