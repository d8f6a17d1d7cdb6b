import type { Sums } from '../books/boards.ts'
import { addSums, quantitiesOf } from './boards.ts'

export interface CountedSale {
  orderId: string
  day: string
  /** Epoch milliseconds. */
  confirmedAt: number
  items: string
}

/** What the orders that were counted sold, by the day on which they were confirmed. */
export interface CountedDays {
  /** An order that is added again changes nothing, if it was confirmed after `movingSince`; no other may come twice. */
  add(sale: CountedSale, counted: boolean): void
  /** Of those that were not counted so far, the last ones. */
  uncounted(): CountedSale[]
  /** These were counted meanwhile. */
  found(orderIds: Set<string>): void
  /** How many were counted on the day. */
  orders(day: string): number
  sums(day: string): Sums
}

/** Who is not counted by then is asked about again and again; when nobody is, that is a million, and one finding. */
const KEPT = 20_000

export function createCountedDays(movingSince: number): CountedDays {
  const days = new Map<string, { orders: number; sums: Sums }>()
  const moving = new Set<string>()
  const uncounted = new Map<string, CountedSale>()

  const dayOf = (day: string) => {
    const known = days.get(day) ?? { orders: 0, sums: new Map() }
    days.set(day, known)
    return known
  }
  const count = ({ day, items }: CountedSale) => {
    const known = dayOf(day)
    known.orders += 1
    addSums(known.sums, quantitiesOf(items))
  }
  return {
    add(sale, counted) {
      if (sale.confirmedAt >= movingSince) {
        if (moving.has(sale.orderId)) return
        moving.add(sale.orderId)
      }
      if (counted) return count(sale)
      uncounted.set(sale.orderId, sale)
      if (uncounted.size > KEPT) uncounted.delete(uncounted.keys().next().value!)
    },
    uncounted: () => [...uncounted.values()],
    found(orderIds) {
      for (const id of orderIds) {
        const sale = uncounted.get(id)
        if (!sale) continue
        uncounted.delete(id)
        count(sale)
      }
    },
    orders: (day) => dayOf(day).orders,
    sums: (day) => dayOf(day).sums,
  }
}
