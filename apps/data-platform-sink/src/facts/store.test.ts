import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { testDatabase } from '@firstcome/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Confirmed, factsOf } from './facts.ts'
import { confirmedOrder } from './order-confirmed.fixture.ts'
import { storeFacts } from './store.ts'

const ids = ['01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'] as const
let db: Database

beforeAll(async () => {
  const { url } = await testDatabase([fileURLToPath(new URL('../../migrations', import.meta.url))])
  db = connectDatabase({ url, poolSize: 10 })
})
afterAll(() => db?.close())

const store = (...messages: Confirmed[]) => storeFacts(db, factsOf(messages))
const message = (offset: number, differences: Partial<Confirmed> = {}): Confirmed => ({
  value: confirmedOrder(),
  id: ids[0],
  partition: 0,
  offset,
  ...differences,
})

describe('storing facts', () => {
  it('writes nothing for a batch that comes again', async () => {
    const batch = [message(1), message(2), message(3)]
    expect(await store(...batch)).toBe(3)
    expect(await store(...batch)).toBe(0)
    expect(await store(...batch, message(4))).toBe(1)
  })

  it('takes an order anew from another place in the log, items included', async () => {
    const value = confirmedOrder({ items: [{ productId: 1, quantity: 1, unitPrice: 10 }], totalAmount: 10 })
    await store(message(1, { value }))
    const corrected = { ...value, items: [{ productId: 1, quantity: 2, unitPrice: 10 }], totalAmount: 20 }
    expect(await store(message(9, { value: corrected, id: ids[1] }))).toBe(1)
    const order = { order_id: value.orderId }
    expect(await db('order_facts').where(order)).toMatchObject([{ total_amount: 20, event_id: ids[1], log_offset: 9 }])
    expect(await db('order_item_facts').where(order)).toMatchObject([{ line: 1, quantity: 2 }])
  })

  it('stores all of a batch or nothing', async () => {
    const good = message(1)
    const bad = message(2, { value: confirmedOrder({ items: [{ productId: 1, quantity: 0, unitPrice: 1 }] }) })
    await expect(store(good, bad)).rejects.toThrow('check constraint')
    expect(await db('order_facts').where({ order_id: good.value.orderId })).toEqual([])
  })

  it('lets replicas store the same batch at the same moment', async () => {
    const batch = Array.from({ length: 200 }, (_, i) => message(i))
    const reversed = [...batch].reverse()
    const written = await Promise.all(Array.from({ length: 8 }, (_, i) => store(...(i % 2 ? batch : reversed))))
    expect(written.reduce((a, b) => a + b)).toBe(200)
  })
})
