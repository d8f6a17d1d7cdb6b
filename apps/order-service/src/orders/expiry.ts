import { type Repeated, repeat, type Service } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { expireOrders } from './orders.ts'

const BATCH = 500

export interface ExpiryOptions {
  db: Database
  log: Service['log']
  now: () => number
  /** How long an order waits for its payment, in milliseconds. */
  unpaidMs: number
  /** How often expired ones are looked for, in milliseconds. */
  everyMs: number
}

/**
 * Ends orders that nobody paid. Every replica looks; an order is ended by one of them. Nothing is announced: no money has
 * moved. A payment that comes later finds the order rejected and goes back, see `confirm`.
 */
export function startExpiry({ db, log, now, unpaidMs, everyMs }: ExpiryOptions): Repeated {
  return repeat('order-expiry', everyMs, log, async () => {
    const at = now()
    const expired = await expireOrders(db, { before: new Date(at - unpaidMs), atMost: BATCH, now: new Date(at) })
    if (expired.length > 0) log.info({ orders: expired.length }, 'orders expired unpaid')
    return expired.length === BATCH
  })
}
