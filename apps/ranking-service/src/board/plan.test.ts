import { describe, expect, it } from 'vitest'
import { confirmedOrder } from './order-confirmed.fixture.ts'
import { planCount } from './plan.ts'

const ages = { daily: 10, weekly: 20, monthly: 30, seen: 5 }
const plan = (...orders: Parameters<typeof planCount>[0]) => planCount(orders, 'Asia/Seoul', ages)

describe('planning the count of a batch', () => {
  it('names one seen-set and four boards for an order, by its day in the zone', () => {
    const { keys } = plan(confirmedOrder({ confirmedAt: Date.UTC(2025, 2, 2, 15) }))
    expect(keys).toEqual([
      '{ranking}:seen:2025-03-03',
      '{ranking}:daily:2025-03-03',
      '{ranking}:weekly:2025-03-03',
      '{ranking}:monthly:2025-03-01',
      '{ranking}:all',
    ])
  })

  it('lets each board live for its age after its last day, and the board of all time for ever', () => {
    const { args } = plan(confirmedOrder({ confirmedAt: Date.UTC(2025, 2, 2, 15) }))
    const end = (day: number, month = 2) => Date.UTC(2025, month, day, 15) / 1000
    expect(args.slice(0, 6)).toEqual([
      1,
      5 * 86_400,
      end(3) + 10 * 86_400,
      end(9) + 20 * 86_400,
      end(31) + 30 * 86_400,
      0,
    ])
  })

  it('points orders of different days at keys they share and keys of their own', () => {
    const { keys, args } = plan(
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
    const resolved = (from: number) => [args[from], keys[Number(args[from + 1]) - 1], keys[Number(args[from + 3]) - 1]]
    expect(keys).toHaveLength(7)
    expect(resolved(7)).toEqual(['a', '{ranking}:seen:2025-03-04', '{ranking}:daily:2025-03-04'])
    expect(args.slice(14, 17)).toEqual([1, '0000000000000007', 2])
    expect(resolved(17)).toEqual(['b', '{ranking}:seen:2025-03-05', '{ranking}:daily:2025-03-05'])
    expect(args.slice(24)).toEqual([2, '0000000000000007', 1, '0000000000000012', 3])
    const [weekAndLonger, same] = [args.slice(11, 14), args.slice(21, 24)]
    expect(same).toEqual(weekAndLonger)
  })
})
