import type { OrderConfirmed } from '@firstcome/events'
import { dayAt, endOf, type Period, periods, spanOf } from '../calendar/period.ts'
import { boardName, memberOf, seenName } from './keys.ts'

/** How long things are kept, in days. The board of all time is kept for ever. */
export interface Ages {
  daily: number
  weekly: number
  monthly: number
  /** After the last order of a day was counted. An order that is older when it comes is left to a rebuild. */
  seen: number
}

/** Arguments of countScript, all but the first. */
export type CountArguments = (string | number)[]

const daySeconds = 86_400

/** Which boards each order goes to, by the day on which it was confirmed: a late event goes to the day of its order. */
export function planCount(orders: OrderConfirmed[], timeZone: string, ages: Ages): CountArguments {
  const seen = new Map<string, number>()
  const boards = new Map<string, { index: number; ends: number }>()
  const dated = orders.map((order) => ({ order, day: dayAt(order.confirmedAt, timeZone) }))
  for (const { day } of dated) addIndex(seen, seenName(day))

  const indexOf = (period: Period, day: Temporal.PlainDate): number => {
    const name = boardName(period, day)
    const known = boards.get(name)
    if (known) return known.index
    const index = seen.size + boards.size + 1
    boards.set(name, { index, ends: expiryOf(period, day, timeZone, ages) })
    return index
  }

  const counts = dated.flatMap(({ order, day }) => [
    order.orderId,
    seen.get(seenName(day))!,
    periods.length,
    ...periods.map((period) => indexOf(period, day)),
    order.items.length,
    ...order.items.flatMap((item) => [memberOf(item.productId), item.quantity]),
  ])
  const ends = [...boards.values()].map((board) => board.ends)
  const names = [...seen.keys(), ...boards.keys()]
  return [seen.size, boards.size, ages.seen * daySeconds, ...names, ...ends, ...counts]
}

function addIndex(indices: Map<string, number>, name: string): void {
  if (!indices.has(name)) indices.set(name, indices.size + 1)
}

/** Epoch seconds; 0 means never. */
function expiryOf(period: Period, day: Temporal.PlainDate, timeZone: string, ages: Ages): number {
  const span = spanOf(period, day)
  return span && period !== 'all' ? endOf(span, timeZone) + ages[period] * daySeconds : 0
}
