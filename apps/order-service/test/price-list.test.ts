import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const shop = await openShop()

const put = (productId: number | string, body: unknown, admin = true) =>
  shop.call(`PUT /api/products/${productId}`, { as: 1, admin, body })
const list = (query = '') => shop.call(`GET /api/products${query}`)
const lamp = { name: 'Lamp', price: 7_500 }

test('a product is added, changed, and sold at the price of the moment; orders placed before keep theirs', async () => {
  expect(await put(77, lamp)).toMatchObject({ status: 201, body: { productId: 77, ...lamp } })
  const order = { as: 42, body: { items: [{ productId: 77, quantity: 2 }] } }
  const { body: before } = await shop.call('POST /api/orders', order)
  expect(before).toMatchObject({ totalAmount: 15_000 })

  expect(await put(77, { ...lamp, price: 5_000 })).toMatchObject({ status: 200, body: { price: 5_000 } })
  expect((await shop.call('POST /api/orders', order)).body).toMatchObject({ totalAmount: 10_000 })
  expect((await shop.call(`GET /api/orders/${before.orderId}`, { as: 42 })).body).toMatchObject({ totalAmount: 15_000 })
})

test('the price list is for everybody, in the order of its ids, page by page', async () => {
  await put(1_000, lamp)
  const first = await list('?limit=10')
  expect(first).toMatchObject({ status: 200, body: { next: 10 } })
  expect(first.body.items).toHaveLength(10)
  expect(first.body.items).toContainEqual({ productId: 1, name: 'Espresso cup', price: 1_200 })
  const rest = await list('?after=10')
  expect(rest.body.items).toContainEqual({ productId: 1_000, ...lamp })
  expect(rest.body.next).toBeNull()
})

test.each([
  ['no name', { price: 1 }, 'name'],
  ['an empty name', { name: '  ', price: 1 }, 'name'],
  ['a price below nothing', { ...lamp, price: -1 }, 'price'],
  ['half a minor unit', { ...lamp, price: 0.5 }, 'price'],
  ['a price of 2^53', { ...lamp, price: 2 ** 53 }, 'price'],
  ['an unknown field', { ...lamp, stock: 1 }, 'stock'],
])('%s is refused', async (_, body, field) => {
  expect(await put(78, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ field }] } })
})

test('a product’s id is a number from 1 on, and only an administrator sets prices', async () => {
  expect((await put(0, lamp)).status).toBe(400)
  expect((await put('9007199254740992', lamp)).status).toBe(400)
  expect(await put(1, lamp, false)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect((await list('?limit=0')).status).toBe(400)
  expect((await list('?limit=201')).status).toBe(400)
})
