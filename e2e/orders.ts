import { waitFor } from '@firstcome/testing'
import { type Body, call } from './client.ts'

export interface Item {
  productId: number
  quantity: number
}

/** Places an order that must be accepted. */
export async function placed(user: number, items: Item[] = [{ productId: 1, quantity: 1 }]): Promise<Body> {
  const reply = await call('POST /api/orders', { as: user, body: { items } })
  if (reply.status !== 201) throw new Error(`order: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}

/** Pays an order that must be payable, as soon as the payment service has heard of it. */
export function paid(user: number, orderId: string, headers: Record<string, string> = {}): Promise<Body> {
  return waitFor('the payment service to know the order', async () => {
    const reply = await call('POST /api/payments', { as: user, body: { orderId, method: 'card' }, headers })
    if (reply.status === 404) return undefined
    if (reply.status !== 201) throw new Error(`payment: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  })
}

export function confirmed(user: number, orderId: string): Promise<boolean> {
  return waitFor('the order to be CONFIRMED', async () => {
    const { body } = await call(`GET /api/orders/${orderId}`, { as: user })
    return body.status === 'CONFIRMED'
  })
}

/** How many of a product were ever sold, as the best-seller board says. */
export async function sold(productId: number): Promise<number> {
  const { body } = await call('GET /api/rankings/best-sellers?period=all&limit=100')
  return body.items.find((item) => item.productId === productId)?.quantity ?? 0
}
