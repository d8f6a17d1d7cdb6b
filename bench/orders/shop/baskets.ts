import type { Books } from './books.ts'

/** The shop's price list as it is seeded: product 1 to 10, in minor units. */
const prices = [1200, 4900, 8900, 700, 3500, 2900, 1900, 2400, 1500, 5200]

export interface BasketItem {
  productId: number
  quantity: number
}

/** What the n-th order buys: two products, three units. */
export function basketOf(n: number): BasketItem[] {
  const one = n % prices.length
  const other = (n * 3 + 1 + Math.floor(n / prices.length)) % prices.length
  const products = one === other ? [one, (other + 1) % prices.length] : [one, other]
  return products.map((product, i) => ({ productId: product + 1, quantity: i + 1 }))
}

/** The same with prices, as order-service stores and announces it: by product number. */
export function pricedBasketOf(n: number): (BasketItem & { unitPrice: number })[] {
  return basketOf(n)
    .map((item) => ({ ...item, unitPrice: prices[item.productId - 1]! }))
    .sort((one, other) => one.productId - other.productId)
}

/** Units sold of each product by these orders. */
export function unitsOf(orders: Iterable<number>): Map<number, number> {
  const units = new Map<number, number>()
  for (const n of orders) {
    for (const { productId, quantity } of basketOf(n)) units.set(productId, (units.get(productId) ?? 0) + quantity)
  }
  return units
}

/** The same as books. */
export const unitBooks = (units: Map<number, number>): Books =>
  Object.fromEntries([...units].map(([productId, count]) => [`units of product ${productId}`, count]))
