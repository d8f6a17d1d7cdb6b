import { medians, type Row } from '../../measure/contest.ts'
import type { Figures } from '../../measure/figures.ts'
import type { Part } from '../part.ts'
import { checkOrders } from '../shop/check.ts'
import { openShop } from '../shop/shop.ts'
import type { PlacedOrder } from '../shop/trade.ts'
import { empty, fill } from './fill.ts'
import { wholePath } from './whole-path.ts'

/**
 * What an order costs must not depend on how many there have been: so many are placed, paid, confirmed, stored and counted when
 * there are few, and again when there are many. All sizes come in each round, the smallest first.
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
      let orders: PlacedOrder[] = []
      for (const [i, there] of sizes.entries()) {
        say(`  … round ${round}, ${measured[i]!.name}`)
        orders = orders.concat(await fill(shop, orders.length, Math.max(0, there - orders.length)))
        const { placed, figures } = await wholePath(shop, orders.length, some)
        orders = orders.concat(placed)
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
