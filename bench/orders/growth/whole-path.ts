import type { Figures } from '../../measure/figures.ts'
import { processorSeconds } from '../../measure/process.ts'
import { allArrived } from '../shop/arrivals.ts'
import { allConfirmed } from '../shop/check.ts'
import { type Shop, shopServices } from '../shop/shop.ts'
import { payAll, placeOrders } from '../shop/trade.ts'

/** Places and pays so many over HTTP, and waits until the last one is on the boards. */
export async function wholePath(shop: Shop, first: number, count: number) {
  const used = () => shopServices.reduce((sum, name) => sum + processorSeconds(shop.service(name).pid), 0)
  global.gc?.()
  const usedBefore = used()
  const began = performance.now()
  const { orders: placed } = await placeOrders(shop, first, count)
  const { paid } = await payAll(shop, placed)
  await allConfirmed(shop, placed)
  await allArrived(shop, paid.keys())
  const took = performance.now() - began
  const figures: Figures = {
    'µs an order': (took * 1000) / count,
    'orders/s': (count * 1000) / took,
    'processor µs': ((used() - usedBefore) * 1e6) / count,
  }
  return { placed, figures }
}
