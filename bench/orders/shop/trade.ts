import { randomUUID } from 'node:crypto'
import { closedLoop, type Load } from '../../load/closed-loop.ts'
import type { Answer } from '../../load/connection.ts'
import { openLoop } from '../../load/open-loop.ts'
import { percentile } from '../../measure/figures.ts'
import { allPayable } from './arrivals.ts'
import { basketOf } from './baskets.ts'
import type { Shop } from './shop.ts'

/** One of a measurement's orders; `n` says whose it is and what it buys. */
export interface PlacedOrder {
  n: number
  orderId: string
}

/** When the payment of each order was answered, by order id: epoch milliseconds. */
export type Paid = Map<string, number>

type Answered = (orderId: string, at: number) => void

/** Places orders number `first` and on over HTTP; resolves once all of them can be paid. */
export async function placeOrders(shop: Shop, first: number, count: number) {
  const { customers } = shop
  const orders: PlacedOrder[] = []
  const { figures } = await closedLoop({
    urls: [shop.service('order-service').url],
    connections: shop.connections,
    status: 201,
    next: (i) => (i < count ? customers.post('/api/orders', first + i, { items: basketOf(first + i) }) : undefined),
    answered: (answer, i) => orders.push({ n: first + i, orderId: orderIdOf(answer) }),
  })
  await allPayable(
    shop,
    orders.map(({ orderId }) => orderId),
  )
  return { orders, placedPerSecond: figures['requests/s'] }
}

/** Pays over connections that ask again as soon as they are answered. */
export async function payAll(shop: Shop, orders: PlacedOrder[]) {
  const paid: Paid = new Map()
  const load: Load = {
    urls: [shop.service('payment-api').url],
    connections: shop.connections,
    status: 201,
    next: (i) => orders[i] && payment(shop, orders[i]),
    answered: (answer) => void paid.set(orderIdOf(answer), Date.now()),
  }
  const began = Date.now()
  const { figures } = await closedLoop(load)
  return { paid, began, figures }
}

/** Pays at a fixed rate, each payment at its time whatever the answers do; those times are what `answerMs` counts from. */
export async function payAtRate(shop: Shop, orders: PlacedOrder[], rate: number, answered?: Answered) {
  const paid: Paid = new Map()
  const answerMs: number[] = []
  await openLoop({
    url: shop.service('payment-api').url,
    rate,
    count: orders.length,
    ask: (i) => payment(shop, orders[i]!),
    answered(answer, due) {
      if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${answer.body}`)
      answerMs.push(performance.now() - due)
      const orderId = orderIdOf(answer)
      const now = Date.now()
      paid.set(orderId, now)
      answered?.(orderId, now)
    },
  })
  return { paid, answer: { p50: percentile(answerMs, 50), p99: percentile(answerMs, 99) } }
}

function payment({ customers }: Shop, { n, orderId }: PlacedOrder): string {
  const key = `Idempotency-Key: ${randomUUID()}\r\n`
  return customers.post('/api/payments', n, { orderId, method: 'card' }, key)
}

const orderIdOf = ({ body }: Answer): string => (JSON.parse(body.toString()) as { orderId: string }).orderId
