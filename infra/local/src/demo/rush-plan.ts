import { randomUUID } from 'node:crypto'

/** What the rush does. */
export interface RushPlan {
  users: number
  coupons: number
  /** How many of the users ask a second time. */
  askTwice: number
  /** Open connections at most: what a browser fleet behind one gateway looks like, bounded. */
  sockets: number
  /**
   * `some`: half of those who ask twice repeat their `Idempotency-Key`, everyone else sends none.
   * `every`: every request carries a key, so that it may be sent again after a crash without becoming a second request.
   */
  keys: 'some' | 'every'
  firstUserId: number
}

/** One request for a coupon, as its user sends it. */
export interface CouponAsk {
  userId: number
  key?: string
  /** How the user learns the outcome: asks for it, listens to the event stream, or waits for it in the response. */
  learns: 'polling' | 'streaming' | 'waiting'
}

/** The requests in the order in which they are sent. */
export function planAsks(plan: RushPlan): CouponAsk[] {
  const asks: CouponAsk[] = []
  const later: { at: number; ask: CouponAsk }[] = []
  const every = plan.askTwice > 0 ? Math.floor(plan.users / plan.askTwice) : Number.POSITIVE_INFINITY
  let twice = 0
  for (let nth = 0; nth < plan.users; nth++) {
    while (later[0] && later[0].at <= asks.length) asks.push(later.shift()!.ask)
    const userId = plan.firstUserId + nth
    const again = nth % every === 0 && twice < plan.askTwice
    const sameKey = again && twice++ % 2 === 0
    const key = sameKey || plan.keys === 'every' ? randomUUID() : undefined
    const learns = nth % 50 === 7 ? 'waiting' : nth % 50 === 13 ? 'streaming' : 'polling'
    const ask: CouponAsk = { userId, learns, ...(key && { key }) }
    asks.push(ask)
    if (!again) continue
    // The same key right behind itself: both are in flight at once. A second request of its own comes some time later.
    if (sameKey) asks.push({ ...ask, learns: 'polling' })
    else
      later.push({
        at: asks.length + 200,
        ask: { userId, learns: 'polling', ...(plan.keys === 'every' && { key: randomUUID() }) },
      })
  }
  return [...asks, ...later.map(({ ask }) => ask)]
}
