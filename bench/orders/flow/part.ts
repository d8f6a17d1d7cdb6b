import { type Contest, compete, medians, type Row } from '../../measure/contest.ts'
import { type Figures, percentile } from '../../measure/figures.ts'
import type { Part } from '../part.ts'
import { allArrived, watchArrivals } from '../shop/arrivals.ts'
import { allConfirmed, checkOrders } from '../shop/check.ts'
import { openShop, type Shop } from '../shop/shop.ts'
import { type Paid, type PlacedOrder, payAll, payAtRate, placeOrders } from '../shop/trade.ts'

const sideConsumers = ['data-platform-sink', 'ranking-service'] as const
const ALL = 'all four services'
const WITHOUT = 'data-platform-sink and ranking-service stopped'
const WATCHED = 'all four services, and somebody who looks'
/** How often it is asked whether orders have arrived: what "stored" and "counted" may be late by. */
const LOOK_MS = 5

/** Who is there while orders are paid. */
interface Audience {
  withSide: boolean
  /** Somebody looks where the orders are. That takes its share of the machine, so nothing else is measured meanwhile. */
  watched?: boolean
}

interface Flow {
  shop: Shop
  /** All orders so far. */
  orders: PlacedOrder[]
  atOnce: number
  seconds: number
}

/** From a payment to the boards, with and without those that only listen. */
export const flowPart: Part = async function* (servers, size, say) {
  const { rounds, connections } = size
  const { atOnce, seconds } = size.flow
  const shop = await openShop(servers, size)
  try {
    const flow: Flow = { shop, orders: [], atOnce, seconds }
    say('  … what the whole path takes')
    // The first time warms up.
    await asFastAsItGoes(flow, { withSide: true })
    const peak = await asFastAsItGoes(flow, { withSide: true })
    const rate = Math.max(1, Math.floor(peak['whole path/s']! / 2))
    say(`  … at once, and ${rate} payments a second`)
    const contestant = (name: string, { withSide, watched = false }: Audience) => ({
      name,
      async round() {
        await (withSide ? startSide(flow) : shop.stop(...sideConsumers))
        const fast = watched ? {} : await asFastAsItGoes(flow, { withSide })
        const paced = await atRate(flow, rate, { withSide, watched })
        await checkOrders(shop, flow.orders, { sideConsumers: withSide })
        return { ...fast, ...paced }
      },
    })
    const { rows } = await compete('', ALL, { rounds }, [
      contestant(ALL, { withSide: true }),
      contestant(WITHOUT, { withSide: false }),
      contestant(WATCHED, { withSide: true, watched: true }),
    ])
    const [all, without, watched] = rows as [Row, Row, Row]
    const compared = [all, without]
    yield {
      title: `Orders paid over ${connections} connections, each paying again as soon as it is answered`,
      baseline: ALL,
      rows: compared.map((row) => only(row, ['payments/s', 'pay p50 ms', 'pay p99 ms', 'confirmed/s', 'placed/s'])),
    }
    const title = `${rate} payments a second (half of what the whole path takes)`
    const times = (what: string): Contest => ({
      title: `Payments ${what}, ${title}`,
      baseline: ALL,
      rows: compared.map((row) => timesOf(row, what, row.name)),
    })
    yield times('answered')
    yield times('confirmed')
    yield {
      title: `Where an order is after its payment, ${title}`,
      baseline: 'confirmed',
      rows: ['answered', 'confirmed', 'stored', 'counted'].map((what) => timesOf(watched, what, what)),
    }
  } catch (error) {
    throw shop.explained(error)
  } finally {
    await shop.close()
  }
}

/** They go on where they were, and have caught up before anything is measured. */
async function startSide({ shop, orders }: Flow): Promise<void> {
  await shop.start(...sideConsumers)
  await allArrived(
    shop,
    orders.map(({ orderId }) => orderId),
  )
}

async function place(flow: Flow, count: number) {
  const placed = await placeOrders(flow.shop, flow.orders.length, count)
  flow.orders.push(...placed.orders)
  return placed
}

async function asFastAsItGoes(flow: Flow, { withSide }: { withSide: boolean }): Promise<Figures> {
  const { shop, atOnce } = flow
  const { orders, placedPerSecond } = await place(flow, atOnce)
  const { began, figures, paid } = await payAll(shop, orders)
  await allConfirmed(shop, orders)
  const confirmed = orders.map(({ orderId }) => shop.confirmations.at.get(orderId)!)
  if (withSide) await allArrived(shop, paid.keys())
  const arrived = Date.now()
  return {
    'payments/s': figures['requests/s'],
    'pay p50 ms': figures['p50 ms'],
    'pay p99 ms': figures['p99 ms'],
    'confirmed/s': (atOnce * 1000) / (Math.max(...confirmed) - began),
    'placed/s': placedPerSecond,
    ...(withSide && { 'whole path/s': (atOnce * 1000) / (arrived - began) }),
  }
}

async function atRate(flow: Flow, rate: number, { withSide, watched }: Audience): Promise<Figures> {
  const { shop, seconds } = flow
  const { orders } = await place(flow, Math.ceil(rate * seconds))
  const arrivals = watched ? watchArrivals(shop, LOOK_MS) : undefined
  try {
    const { paid, answer } = await payAtRate(shop, orders, rate, (orderId) => {
      arrivals?.stored.add(orderId)
      arrivals?.counted.add(orderId)
    })
    await allConfirmed(shop, orders)
    const after = (what: string, at: Map<string, number>) => figuresOf(what, paid, at)
    const figures = {
      'answered p50 ms': answer.p50,
      'answered p99 ms': answer.p99,
      ...after('confirmed', shop.confirmations.at),
    }
    if (!arrivals) {
      if (withSide) await allArrived(shop, paid.keys())
      return figures
    }
    await Promise.all([arrivals.stored.allSeen(), arrivals.counted.allSeen()])
    return { ...figures, ...after('stored', arrivals.stored.seenAt), ...after('counted', arrivals.counted.seenAt) }
  } finally {
    await arrivals?.close()
  }
}

/** How long after the answer to its payment something had happened to an order. */
function figuresOf(what: string, paid: Paid, at: Map<string, number>): Figures {
  const taken = [...paid].map(([orderId, answered]) => at.get(orderId)! - answered)
  return { [`${what} p50 ms`]: percentile(taken, 50), [`${what} p99 ms`]: percentile(taken, 99) }
}

const only = ({ name, rounds }: Row, figures: string[]): Row => {
  const some = rounds.map((round) => Object.fromEntries(figures.map((figure) => [figure, round[figure]!])))
  return { name, rounds: some, median: medians(some) }
}

/** The p50 and p99 of one of the things that a row tells. */
function timesOf({ rounds }: Row, what: string, name: string): Row {
  const times = rounds.map((round) => ({ 'p50 ms': round[`${what} p50 ms`]!, 'p99 ms': round[`${what} p99 ms`]! }))
  return { name, rounds: times, median: medians(times) }
}
