import type { Sums } from '../books/boards.ts'
import type { Board, Period } from '../calendar.ts'
import type { Difference, Kind } from './kinds.ts'

const kindOf: Record<Period, Kind> = {
  daily: 'daily-board',
  weekly: 'weekly-board',
  monthly: 'monthly-board',
  all: 'all-time-board',
}

/** A board against what its orders sold, product by product. */
export function compareBoard({ name, period }: Board, shown: Sums, sold: Sums): Difference[] {
  const products = [...new Set([...shown.keys(), ...sold.keys()])].sort((one, other) => one - other)
  return products.flatMap((product) => {
    const [says, is] = [shown.get(product) ?? 0, sold.get(product) ?? 0]
    if (says === is) return []
    const words = `board ${name}, product ${product}: the board says ${says}, its orders sold ${is}`
    return { kind: kindOf[period], words }
  })
}

export function addSums(sum: Sums, more: Iterable<readonly [product: number, quantity: number]>): void {
  for (const [product, quantity] of more) sum.set(product, (sum.get(product) ?? 0) + quantity)
}

/** Of items as text: `product x quantity @ unit price`. */
export function quantitiesOf(items: string): [product: number, quantity: number][] {
  return items.split(' ').map((item) => {
    const x = item.indexOf('x')
    return [Number(item.slice(0, x)), Number(item.slice(x + 1, item.indexOf('@')))]
  })
}
