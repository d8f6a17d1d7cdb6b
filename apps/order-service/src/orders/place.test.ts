import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Basket, place } from './place.ts'

const now = Date.UTC(2026, 0, 5, 9)
const prices = new Map([
  [1, 1200],
  [2, 4900],
  [9, Number.MAX_SAFE_INTEGER],
])
const basket = (...items: Basket['items']): Basket => ({ orderId: 'an-order', userId: 42, items })

test('given a price list, when a basket is placed, then the order costs what the list says and waits for its payment', () => {
  const placement = place(basket({ productId: 2, quantity: 1 }, { productId: 1, quantity: 3 }), prices, now)
  expect(placement).toEqual({
    kind: 'placed',
    order: {
      orderId: 'an-order',
      userId: 42,
      status: 'PENDING_PAYMENT',
      items: [
        { productId: 1, quantity: 3, unitPrice: 1200 },
        { productId: 2, quantity: 1, unitPrice: 4900 },
      ],
      totalAmount: 8500,
      placedAt: now,
    },
    event: {
      orderId: 'an-order',
      userId: 42,
      items: [
        { productId: 1, quantity: 3, unitPrice: 1200 },
        { productId: 2, quantity: 1, unitPrice: 4900 },
      ],
      totalAmount: 8500,
      placedAt: now,
    },
  })
})

test('given a product named twice, when placed, then it is one entry with the sum', () => {
  const placement = place(basket({ productId: 1, quantity: 3 }, { productId: 1, quantity: 4 }), prices, now)
  expect(placement).toMatchObject({ event: { items: [{ productId: 1, quantity: 7 }], totalAmount: 8400 } })
})

test('given products the shop does not have, when placed, then each is named once and nothing is placed', () => {
  const items = [3, 1, 7, 3].map((productId) => ({ productId, quantity: 1 }))
  expect(place(basket(...items), prices, now)).toEqual({ kind: 'unknown-products', productIds: [3, 7] })
})

test('given a sum that no JavaScript number holds exactly, when placed, then it is refused', () => {
  expect(place(basket({ productId: 9, quantity: 1 }), prices, now)).toMatchObject({ kind: 'placed' })
  expect(place(basket({ productId: 9, quantity: 2 }), prices, now)).toEqual({ kind: 'amount-too-large' })
  expect(place(basket({ productId: 9, quantity: 1 }, { productId: 1, quantity: 1 }), prices, now)).toEqual({
    kind: 'amount-too-large',
  })
})

test('whatever the basket, an order has every product once and costs exactly the sum of its items, or is refused', () => {
  const price = fc.oneof(fc.nat(100_000), fc.nat(Number.MAX_SAFE_INTEGER))
  const item = fc.record({ productId: fc.integer({ min: 1, max: 5 }), quantity: fc.integer({ min: 1, max: 1000 }) })
  fc.assert(
    fc.property(fc.array(item, { minLength: 1 }), fc.array(price, { minLength: 5, maxLength: 5 }), (items, list) => {
      const prices = new Map(list.map((price, index) => [index + 1, price]))
      const exact = items.reduce((sum, item) => sum + BigInt(item.quantity) * BigInt(prices.get(item.productId)!), 0n)
      const placement = place(basket(...items), prices, now)
      if (exact > BigInt(Number.MAX_SAFE_INTEGER)) {
        expect(placement.kind).toBe('amount-too-large')
        return
      }
      if (placement.kind !== 'placed') throw new Error(placement.kind)
      const { order } = placement
      expect(BigInt(order.totalAmount)).toBe(exact)
      expect(order.items.map((item) => item.productId)).toEqual(
        [...new Set(items.map((item) => item.productId))].sort((one, other) => one - other),
      )
    }),
  )
})
