import { testKafka } from '@firstcome/kafka/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { query } from '../system.ts'
import { discrepancies } from './books.ts'
import type { Shopping } from './buyers.ts'
import { drained } from './drained.ts'
import { round } from './rounds.ts'

const kafka = await testKafka('', [])
let shopping: Shopping
beforeAll(async () => {
  shopping = (await round(10)).shopping
  await drained(kafka)
})

const spoils: [book: string, database: string, table: string, column: string, of: string][] = [
  ['payment', 'payment', 'payments', 'amount', 'order_id'],
  ['confirmed order', 'orders', 'orders', 'total_amount', 'id'],
  ['fact', 'data_platform', 'order_facts', 'total_amount', 'order_id'],
  ['fact', 'data_platform', 'order_item_facts', 'quantity', 'order_id'],
]

describe('what the buyers were told, held against the books', () => {
  test.each(spoils)('a %s that says something else is found: %s, %s.%s', async (book, database, table, column, of) => {
    expect(await discrepancies(shopping)).toEqual([])
    const { orderId } = shopping.purchases[0]!
    const add = (n: number) =>
      query(database, `UPDATE ${table} SET ${column} = ${column} + ${n} WHERE ${of} = $1`, orderId)
    await add(1)
    const found = await discrepancies(shopping)
    await add(-1)
    expect(found).toEqual([expect.stringContaining(`${book} of ${orderId}: `)])
  })

  test('an order that was sold to nobody is found in every book', async () => {
    const [{ orderId }, ...purchases] = shopping.purchases as [Shopping['purchases'][0]]
    const found = await discrepancies({ ...shopping, purchases })
    const strange = (book: string) => expect.stringMatching(`^${book} of ${orderId}: .+, which nobody knows of$`)
    expect(found).toEqual([strange('payment'), strange('confirmed order'), strange('fact')])
  })

  test('an order that a book does not have is found', async () => {
    const missing = { ...shopping.purchases[0]!, orderId: crypto.randomUUID() }
    const found = await discrepancies({ ...shopping, purchases: [...shopping.purchases, missing] })
    expect(found).toHaveLength(3)
    for (const sentence of found) expect(sentence).toContain(`of ${missing.orderId}: none, not `)
  })
})
