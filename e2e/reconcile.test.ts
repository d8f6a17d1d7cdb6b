import { testKafka } from '@firstcome/kafka/testing'
import { expect, test } from 'vitest'
import { startShopping } from './shopping/buyers.ts'
import { drained } from './shopping/drained.ts'
import { query } from './system.ts'
import { reconciled, tool } from './tool.ts'

const kafka = await testKafka('', [])

test('a reconciliation in the middle of a rush finds no difference that is not one, and one that is', async () => {
  const from = new Date()
  const compared = Promise.withResolvers<void>()
  const shopping = startShopping({ orders: 200, clients: 16, users: 50, until: compared.promise })
  const meanwhile = async () => {
    const ended = []
    for (let nth = 0; nth < 2; nth++) ended.push(await tool('reconcile', '--from', from.toISOString()))
    return ended
  }
  const ended = await meanwhile().finally(compared.resolve)
  await shopping.over
  for (const { code, output } of ended) expect(code, output).toBe(0)
  console.log(`while orders came in:\n${ended.at(-1)?.output}`)

  await drained(kafka)
  const { orderId } = shopping.purchases[0]!
  await query('data_platform', 'UPDATE order_facts SET total_amount = total_amount + 1 WHERE order_id = $1', orderId)
  const spoilt = await reconciled(from)
  await query('data_platform', 'UPDATE order_facts SET total_amount = total_amount - 1 WHERE order_id = $1', orderId)
  expect(spoilt.code, spoilt.output).toBe(1)
  expect(spoilt.output).toContain(orderId)

  const mended = await reconciled(from)
  expect(mended.code, mended.output).toBe(0)
}, 300_000)
