import { setTimeout as pause } from 'node:timers/promises'
import { tokenSigner } from '../keys.ts'
import { StepError } from '../progress.ts'
import type { Stack } from '../stack.ts'

/** What a run of the fuzzer knows of the system beforehand: without it, most requests would be about nothing that there is. */
export interface World {
  users: { id: number; token: string }[]
  /** An admin's token. */
  admin: string
  /** Of the products that the shop had before, to be bought and not to be changed. */
  productIds: number[]
  /** Of coupons that are to be had, and not to be closed. */
  couponPolicyIds: number[]
  orders: Made[]
  payments: Made[]
  couponRequests: Made[]
}

interface Made {
  id: string
  userId: number
}

/** So many that their requests, each client's limited by the gateway, are more than the fuzzer can send. */
const howManyUsers = 24
const howManyOrders = 6
/** An order is paid once the payment service has heard of it. */
const patienceMs = 30_000

/**
 * Users who have never asked for anything, coupons (plenty, few, none yet), some orders, payments and requests.
 * @throws StepError where one of them is refused
 */
export async function prepareWorld(target: Stack): Promise<World> {
  const sign = tokenSigner(target)
  const first = Date.now() * 100
  const users = Array.from({ length: howManyUsers }, (_, nth) => ({ id: first + nth, token: sign(first + nth) }))
  const admin = sign(first + howManyUsers, { admin: true })
  const { items } = await ask(target, 'GET /api/products?limit=200', admin)
  const productIds = items!.map(({ productId }) => productId)

  const makePolicy = async (policy: object) =>
    (await ask(target, 'POST /api/coupon-policies', admin, policy)).couponPolicyId!
  const opensAt = new Date(Date.now() + 365 * 24 * 3600_000).toISOString()
  const couponPolicyIds = await Promise.all([
    makePolicy({ name: 'Fuzzer: plenty', totalQuantity: 1_000_000 }),
    makePolicy({ name: 'Fuzzer: few', totalQuantity: 5, ordering: 'relaxed' }),
    makePolicy({ name: 'Fuzzer: not yet', totalQuantity: 5, opensAt }),
  ])

  const buyers = users.slice(0, howManyOrders)
  const order = { items: [{ productId: productIds[0], quantity: 1 }] }
  const made = await Promise.all(
    buyers.map(async ({ id: userId, token }, nth) => {
      const { orderId } = await ask(target, 'POST /api/orders', token, order)
      // Every other one is left to be paid.
      const { paymentId } =
        nth % 2 === 0 ? await ask(target, 'POST /api/payments', token, { orderId, method: 'card' }) : {}
      const wish = { couponPolicyId: couponPolicyIds[0] }
      const { requestId } = await ask(target, `POST /api/coupons/${userId}`, token, wish)
      return { userId, orderId, paymentId, requestId }
    }),
  )
  const idsOf = (name: 'orderId' | 'paymentId' | 'requestId') =>
    made.flatMap(({ userId, [name]: id }) => (id === undefined ? [] : [{ id, userId }]))
  const [orders, payments, couponRequests] = [idsOf('orderId'), idsOf('paymentId'), idsOf('requestId')]
  return { users, admin, productIds, couponPolicyIds, orders, payments, couponRequests }
}

interface Body {
  items?: { productId: number }[]
  couponPolicyId?: number
  orderId?: string
  paymentId?: string
  requestId?: string
}

/** Repeats what is not there yet, or of which nobody can tell whether it is (503): events are on their way. */
async function ask(target: Stack, what: string, token: string, body?: object): Promise<Body> {
  const [method, path] = what.split(' ')
  const deadline = Date.now() + patienceMs
  for (;;) {
    const response = await fetch(target.gatewayUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    if (![404, 503].includes(response.status) || Date.now() > deadline) {
      throw new StepError(`What is to be there before it begins was refused: ${what}: ${response.status} ${text}`)
    }
    await pause(200)
  }
}
