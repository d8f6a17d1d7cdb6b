import type { Row } from '../../measure/contest.ts'
import { medians } from '../../measure/contest.ts'
import type { Figures } from '../../measure/figures.ts'
import { processorSeconds } from '../../measure/process.ts'
import type { Part } from '../part.ts'
import { allArrived } from '../shop/arrivals.ts'
import { allConfirmed, checkOrders } from '../shop/check.ts'
import { openShop, type Shop, shopServices } from '../shop/shop.ts'
import { type PlacedOrder, payAll, placeOrders } from '../shop/trade.ts'
import { empty, fill } from './fill.ts'

/**
 * What an order costs must not depend on how many there have been: so many are placed, paid, confirmed, stored and counted when
 * there are few, and again when there are many. All sizes come in each round, the smallest first, after one that does not count.
 */
export const growthPart: Part = async function* (servers, size, say) {
  const { sizes, orders: some } = size.growth
  const measured = sizes.map((there) => ({
    name: `after ${there.toLocaleString('en')} orders`,
    rounds: [] as Figures[],
  }))
  const shop = await openShop(servers, size)
  try {
    say('  … warm-up')
    await wholePath(shop, 0, some)
    await wholePath(shop, some, some)
    for (let round = 1; round <= size.rounds; round++) {
      await empty(shop)
      const orders: PlacedOrder[] = []
      for (const [i, there] of sizes.entries()) {
        say(`  … round ${round}, ${measured[i]!.name}`)
        orders.push(...(await fill(shop, orders.length, Math.max(0, there - orders.length))))
        const { placed, figures } = await wholePath(shop, orders.length, some)
        orders.push(...placed)
        await checkOrders(shop, orders, { sideConsumers: true })
        measured[i]!.rounds.push(figures)
      }
    }
  } catch (error) {
    throw shop.explained(error)
  } finally {
    await shop.close()
  }
  const rows = measured.map((row): Row => ({ ...row, median: medians(row.rounds) }))
  yield {
    title: `An order placed, paid, confirmed, stored and counted, ${some.toLocaleString('en')} of them`,
    baseline: rows[0]!.name,
    rows,
  }
}

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
