import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { openShop, type Shop } from './shop.ts'

const shop: Shop = await openShop()

const place = async (as: number) =>
  (await shop.call('POST /api/orders', { as, body: { items: [{ productId: 1, quantity: 1 }] } })).body.orderId
const page = async (as: number, query = '') => {
  const { status, body } = await shop.call(`GET /api/orders${query}`, { as })
  return { status, body: body as unknown as { items: { orderId: string; userId: number }[]; next: string | null } }
}
const ids = (items: { orderId: string }[]) => items.map(({ orderId }) => orderId)

test('a user pages through the own orders, newest first, and sees nobody else’s; new ones move nothing', async () => {
  const own: string[] = []
  for (let n = 0; n < 5; n++) {
    own.unshift(await place(7))
    await place(8)
  }
  const first = await page(7, '?limit=2')
  expect(ids(first.body.items)).toEqual(own.slice(0, 2))
  expect(first.body.items[0]).toMatchObject({ userId: 7, status: 'PENDING_PAYMENT', totalAmount: 1_200 })

  const newest = await place(7)
  const second = await page(7, `?limit=2&cursor=${first.body.next}`)
  expect(ids(second.body.items)).toEqual(own.slice(2, 4))
  const last = await page(7, `?limit=2&cursor=${second.body.next}`)
  expect(last.body).toMatchObject({ items: [{ orderId: own[4] }], next: null })
  expect(ids((await page(7)).body.items)).toEqual([newest, ...own])
})

test('nobody’s orders are an empty page, and so is what lies before the first one', async () => {
  expect((await page(99)).body).toEqual({ items: [], next: null })
  await place(9)
  const old = uuidv7({ msecs: 0 })
  expect((await page(9, `?cursor=${old}`)).body).toEqual({ items: [], next: null })
})

test.each([
  ['a cursor that is none', '?cursor=1', 'cursor'],
  ['a limit of 0', '?limit=0', 'limit'],
  ['a limit of 101', '?limit=101', 'limit'],
  ['an unknown parameter', '?page=2', 'page'],
])('%s is refused', async (_, query, field) => {
  const { status, body } = await shop.call(`GET /api/orders${query}`, { as: 7 })
  expect({ status, body }).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ field }] } })
})

test('without a token there are no own orders', async () => {
  expect((await shop.call('GET /api/orders')).status).toBe(401)
})
