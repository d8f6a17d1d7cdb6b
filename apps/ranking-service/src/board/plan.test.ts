import { describe, expect, it } from 'vitest'
import { confirmedOrder } from './order-confirmed.fixture.ts'
import { planCount } from './plan.ts'

const ages = { daily: 10, weekly: 20, monthly: 30, seen: 5 }
const plan = (...orders: Parameters<typeof planCount>[0]) => planCount(orders, 'Asia/Seoul', ages)

describe('planning the count of a batch', () => {
  it('names one seen-set and four boards for an order, by its day in the zone', () => {
    const args = plan(confirmedOrder({ confirmedAt: Date.UTC(2025, 2, 2, 15) }))
    expect(args.slice(0, 3)).toEqual([1, 4, 5 * 86_400])
    expect(args.slice(3, 8)).toEqual([
      'seen:2025-03-03',
      'daily:2025-03-03',
      'weekly:2025-03-03',
      'monthly:2025-03-01',
      'all',
    ])
  })

  it('lets each board live for its age after its last day, and the board of all time for ever', () => {
    const args = plan(confirmedOrder({ confirmedAt: Date.UTC(2025, 2, 2, 15) }))
    const end = (day: number, month = 2) => Date.UTC(2025, month, day, 15) / 1000
    expect(args.slice(8, 12)).toEqual([end(3) + 10 * 86_400, end(9) + 20 * 86_400, end(31) + 30 * 86_400, 0])
  })

  it('points orders of different days at keys they share and keys of their own', () => {
    const args = plan(
      confirmedOrder({ orderId: 'a', confirmedAt: Date.UTC(2025, 2, 4), items: [[7, 2]] }),
      confirmedOrder({
        orderId: 'b',
        confirmedAt: Date.UTC(2025, 2, 5),
        items: [
          [7, 1],
          [12, 3],
        ],
      }),
    )
    const [seenSets, boards] = [Number(args[0]), Number(args[1])]
    const names = args.slice(3, 3 + seenSets + boards)
    const first = 3 + names.length + boards
    const orders = args.slice(first)
    // Id, seen-set, number of boards, four boards, number of items, and two for each item.
    const resolved = (from: number) => [
      orders[from],
      names[Number(orders[from + 1]) - 1],
      names[Number(orders[from + 3]) - 1],
    ]
    expect(names).toHaveLength(7)
    expect(resolved(0)).toEqual(['a', 'seen:2025-03-04', 'daily:2025-03-04'])
    expect(orders.slice(7, 10)).toEqual([1, '0000000000000007', 2])
    expect(resolved(10)).toEqual(['b', 'seen:2025-03-05', 'daily:2025-03-05'])
    expect(orders.slice(17)).toEqual([2, '0000000000000007', 1, '0000000000000012', 3])
    const [weekAndLonger, same] = [orders.slice(4, 7), orders.slice(14, 17)]
    expect(same).toEqual(weekAndLonger)
  })
})
