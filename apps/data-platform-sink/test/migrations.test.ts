import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database, migrate } from '@firstcome/stores/postgres'
import { testDatabase, testFolder } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factsOf } from '../src/facts/facts.ts'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'
import { storeFacts } from '../src/facts/store.ts'

const folder = fileURLToPath(new URL('../migrations', import.meta.url))
const first = '0001_order_facts.sql'
const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const items = [
  { productId: 7, quantity: 2, unitPrice: 500 },
  { productId: 3, quantity: 1, unitPrice: Number.MAX_SAFE_INTEGER },
]
const months = ['order_facts_2024_12', 'order_facts_2025_01', 'order_facts_2026_11', 'order_facts_other']
const times = [Date.UTC(2024, 11, 31, 23, 59, 59, 999), Date.UTC(2025, 0, 1), Date.UTC(2026, 10, 21), 0]
const orders = times.map((confirmedAt, offset) => ({
  value: confirmedOrder({ confirmedAt, items }),
  id: ID,
  partition: 3,
  offset,
}))

let db: Database
beforeAll(async () => {
  const { url } = await testDatabase()
  await migrate(url, [testFolder({ [first]: readFileSync(`${folder}/${first}`, 'utf8') })])
  db = connectDatabase({ url, poolSize: 2 })
  await fillTablesOfTheFirst()
  await migrate(url, [folder])
})
afterAll(() => db?.close())

/** The statement that the sink had then. */
async function fillTablesOfTheFirst() {
  for (const { value, id, partition, offset } of orders) {
    await db('order_facts').insert({
      order_id: value.orderId,
      user_id: value.userId,
      payment_id: value.paymentId,
      total_amount: value.totalAmount,
      placed_at: new Date(value.placedAt),
      confirmed_at: new Date(value.confirmedAt),
      event_id: id,
      log_partition: partition,
      log_offset: offset,
      stored_at: new Date(value.confirmedAt + 5),
    })
    const lines = value.items.map(({ productId, quantity, unitPrice }, index) => ({
      order_id: value.orderId,
      line: index + 1,
      product_id: productId,
      quantity,
      unit_price: unitPrice,
    }))
    await db('order_item_facts').insert(lines)
  }
}

test('what was stored before the tables had partitions is in them, in those of its months', async () => {
  for (const [nth, { value, offset }] of orders.entries()) {
    const order = { order_id: value.orderId }
    expect(await db(months[nth]!).where(order)).toEqual([
      {
        ...order,
        user_id: value.userId,
        payment_id: value.paymentId,
        total_amount: value.totalAmount,
        placed_at: new Date(value.placedAt),
        confirmed_at: new Date(value.confirmedAt),
        event_id: ID,
        log_partition: 3,
        log_offset: offset,
        stored_at: new Date(value.confirmedAt + 5),
      },
    ])
    expect(await db(months[nth]!.replace('order_', 'order_item_')).where(order).orderBy('line')).toMatchObject(
      items.map(({ productId, quantity, unitPrice }, index) => ({
        line: index + 1,
        product_id: productId,
        quantity,
        unit_price: unitPrice,
        confirmed_at: new Date(value.confirmedAt),
      })),
    )
  }
  expect(await db('order_facts').count()).toEqual([{ count: orders.length }])
  expect(await db('order_item_facts').count()).toEqual([{ count: orders.length * items.length }])
})

test('the sink knows the orders that were stored before: the same events write nothing', async () => {
  expect(await storeFacts(db, factsOf(orders))).toBe(0)
})

test('nothing of the old tables is left', async () => {
  expect(await db('pg_namespace').where({ nspname: 'flat' })).toEqual([])
})
