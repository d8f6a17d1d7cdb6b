import type { OrderedItem, OrderPlaced } from '@firstcome/events'
import type { PendingOrder } from './order.ts'

export interface Basket {
  orderId: string
  userId: number
  items: { productId: number; quantity: number }[]
}

/** Product number → price of one unit, in minor units: what the price list says about the products of the basket. */
export type Prices = ReadonlyMap<number, number>

export type Placement =
  | { kind: 'placed'; order: PendingOrder; event: OrderPlaced }
  | { kind: 'unknown-products'; productIds: number[] }
  | { kind: 'amount-too-large' }

/** An order at the prices of the shop, a product named twice merged into one entry. `now`: epoch milliseconds. */
export function place({ orderId, userId, items }: Basket, prices: Prices, now: number): Placement {
  const quantities = merge(items)
  const productIds = [...quantities.keys()].filter((productId) => !prices.has(productId))
  if (productIds.length > 0) return { kind: 'unknown-products', productIds }

  const priced: OrderedItem[] = [...quantities]
    .sort(([one], [other]) => one - other)
    .map(([productId, quantity]) => ({ productId, quantity, unitPrice: prices.get(productId)! }))
  const totalAmount = priced.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  // Beyond 2^53-1 a sum of doubles is only near the truth, which is no price. All terms are positive, so it shows here.
  if (!Number.isSafeInteger(totalAmount)) return { kind: 'amount-too-large' }

  const placed = { orderId, userId, items: priced, totalAmount, placedAt: now }
  return { kind: 'placed', order: { ...placed, status: 'PENDING_PAYMENT' }, event: placed }
}

function merge(items: Basket['items']): Map<number, number> {
  const quantities = new Map<number, number>()
  for (const { productId, quantity } of items) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  return quantities
}
