import { describe, expect, it } from 'vitest'
import { factsOf } from './facts.ts'
import { confirmedOrder } from './order-confirmed.fixture.ts'

describe('the facts of a batch', () => {
  it('is one row per order and one per item, with the event and its place in the log', () => {
    const value = confirmedOrder({
      items: [
        { productId: 7, quantity: 2, unitPrice: 500 },
        { productId: 3, quantity: 1, unitPrice: 90 },
      ],
    })
    const { orders, items } = factsOf([{ value, id: 'event-1', partition: 4, offset: 99 }])
    expect(orders).toMatchObject({ orderId: [value.orderId], eventId: ['event-1'], partition: [4], offset: [99] })
    expect(orders.confirmedAt).toEqual([value.confirmedAt / 1000])
    expect(items).toEqual({
      orderId: [value.orderId, value.orderId],
      line: [1, 2],
      productId: [7, 3],
      quantity: [2, 1],
      unitPrice: [500, 90],
    })
  })

  it('takes an order that is there twice once, from its later record', () => {
    const value = confirmedOrder()
    const { orders, items } = factsOf([
      { value, id: 'event-1', partition: 0, offset: 1 },
      { value: confirmedOrder(), id: 'event-2', partition: 0, offset: 2 },
      { value, id: 'event-1', partition: 0, offset: 3 },
    ])
    expect(orders.orderId).toHaveLength(2)
    expect(orders.offset).toEqual([3, 2])
    expect(items.line).toEqual([1, 1])
  })
})
