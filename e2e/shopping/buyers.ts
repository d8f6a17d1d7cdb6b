import { stack, tokenSigner } from '@firstcome/local'
import { type Answer, type Gateway, openGateway } from '@firstcome/local/rush'
import { testStack } from '@firstcome/testing'
import { someUser } from '../client.ts'
import type { Item } from '../orders.ts'

/** Nobody else in the tests buys these, so what the board gains is what was bought here. */
export const products = [3, 4, 5, 6, 7, 8, 9]

export interface ShoppingPlan {
  /** So many orders are paid, or more, if `until` takes longer. */
  orders: number
  /** Each buys one order after the other, on a connection of its own. */
  clients: number
  users: number
  until?: Promise<unknown>
  /** How the nth is paid. Otherwise one in twenty is declined first, and with one in a hundred the provider falls silent. */
  how?: (nth: number) => Purchase['how']
}

/** An order that was paid. Times are epoch ms of this machine, which is also that of the services. */
export interface Purchase {
  orderId: string
  userId: number
  items: Item[]
  amount: number
  paymentId: string
  how: 'card' | 'declined first' | 'timeout'
  /** When it was begun. */
  at: number
  /** When the payment was sent. */
  payAt: number
  /** From the first try to the answer that counted. */
  placeMs: number
  payMs: number
}

export interface Shopping {
  /** The first and the last of the users. */
  users: [number, number]
  purchases: Purchase[]
  /** How often something was asked again, by reason. */
  repeated: Map<string, number>
  /** Resolves when all have what they wanted; rejects with the first answer that nobody may get. */
  over: Promise<void>
}

/**
 * Whatever a client asks again on. Some answers with no outcome are told apart by their code, to be seen in the report.
 * 409 is none of them: under its own key a payment is never told that the order is paid.
 */
const unclear = [429, 'IDEMPOTENCY_KEY_IN_FLIGHT', 'PAYMENT_IN_PROGRESS', 'PAYMENT_OUTCOME_UNKNOWN', 500, 502, 503, 504]

/** Longer than a broker is away that was killed: until it is back, nobody hears of an order that is to be paid. */
const patienceMs = 300_000

/** People who buy, and do what people's clients do when something breaks: the same again, under the same key. */
export function startShopping({ orders, clients, users, until, how = howOf }: ShoppingPlan): Shopping {
  const gateway = openGateway(testStack().gatewayUrl, clients, { patienceMs })
  const sign = tokenSigner(stack('test'))
  const first = someUser()
  const tokens = Array.from({ length: users }, (_, nth) => sign(first + nth))
  const purchases: Purchase[] = []
  let begun = 0
  let wanted = until === undefined
  let failed = false
  until
    ?.finally(() => {
      wanted = true
    })
    .catch(() => {})

  async function client(): Promise<void> {
    while (!failed && (begun < orders || !wanted)) {
      const nth = begun++
      const user = nth % users
      purchases.push(await buy(gateway, { nth, how: how(nth), userId: first + user, token: tokens[user]! }))
    }
  }
  const over = Promise.all(
    Array.from({ length: clients }, () =>
      client().catch((error) => {
        failed = true
        throw error
      }),
    ),
  ).finally(() => gateway.close())
  return { users: [first, first + users - 1], purchases, repeated: gateway.repeated, over: over.then(() => {}) }
}

interface Buyer {
  nth: number
  how: Purchase['how']
  userId: number
  token: string
}

async function buy(gateway: Gateway, { nth, how, userId, token }: Buyer): Promise<Purchase> {
  const at = Date.now()
  const items = itemsOf(nth)
  // Without a key: when the answer is lost, the order is placed anew, and the first is never paid.
  const order = await gateway.ask({
    method: 'POST',
    path: '/api/orders',
    token,
    body: { items },
    repeatOn: unclear,
    repeatWhenBroken: true,
  })
  const { orderId, totalAmount } = order.body
  if (order.status !== 201 || !orderId || !totalAmount) throw unexpected('an order', order)

  if (how === 'declined first') {
    const declined = await pay('declined')
    if (declined.status !== 402) throw unexpected(`a declined payment of ${orderId}`, declined)
  }
  const payAt = Date.now()
  const payment = await pay(how === 'timeout' ? 'timeout' : 'card')
  const { paymentId, amount } = payment.body as { paymentId?: string; amount?: number }
  if (payment.status !== 201 || !paymentId || amount !== totalAmount) {
    throw unexpected(`a payment of ${totalAmount} for ${orderId}`, payment)
  }
  return { orderId, userId, items, amount, paymentId, how, at, payAt, placeMs: took(order), payMs: took(payment) }

  function pay(method: string): Promise<Answer> {
    return gateway.ask({
      method: 'POST',
      path: '/api/payments',
      token,
      body: { orderId, method },
      headers: { 'idempotency-key': `${method}-${orderId}` },
      // An order that was placed a moment ago may not be known yet.
      repeatOn: ['ORDER_NOT_FOUND', ...unclear],
      repeatWhenBroken: true,
    })
  }
}

/** One product, or two in every third order, up to five of each. */
function itemsOf(nth: number): Item[] {
  const of = (place: number) => ({ productId: products[place % products.length]!, quantity: 1 + (place % 5) })
  return nth % 3 === 0 ? [of(nth), of(nth + 3)] : [of(nth)]
}

function howOf(nth: number): Purchase['how'] {
  if (nth % 100 === 50) return 'timeout'
  return nth % 20 === 7 ? 'declined first' : 'card'
}

const took = ({ sentAt, answeredAt }: Answer) => answeredAt - sentAt

const unexpected = (what: string, { status, text }: Answer) => new Error(`${what}: ${status} ${text}`)
