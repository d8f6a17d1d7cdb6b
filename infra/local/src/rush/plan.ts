import { randomUUID } from 'node:crypto'

/** What the rush does. */
export interface RushPlan {
  /** A new coupon policy with this many coupons is made … */
  coupons: number
  /** … or this one is used, whatever is left of it. */
  couponPolicyId?: number
  users: number
  firstUserId: number
  /** How many of the users ask a second time. */
  askTwice: number
  /** Requests a second, at random moments; without it everybody asks at once. */
  rate?: number
  /** Open connections at most: what a browser fleet behind one gateway looks like, bounded. */
  sockets: number
  /**
   * `some`: half of those who ask twice repeat their `Idempotency-Key`, everyone else sends none.
   * `every`: every request carries a key, so that it may be sent again after a crash without becoming a second request.
   */
  keys: 'some' | 'every'
  /** Whether clients that are told to come back (429, 503) do so, as browsers would, or each request is sent once, as it is for measuring. */
  patient: boolean
  /** One in so many users holds the line for the outcome (`Prefer: wait`), and as many follow the event stream. */
  sampleEvery: number
}

/** One request for a coupon, as its user sends it. */
export interface CouponAsk {
  userId: number
  key?: string
  /** How the user learns the outcome: asks for it, listens to the event stream, or waits for it in the response. */
  learns: 'polling' | 'streaming' | 'waiting'
}

/** A second request of the same user comes this many requests after the first. */
const laterBy = 200

/** The requests in the order in which they are sent. */
export function planAsks(plan: RushPlan): CouponAsk[] {
  const { users, askTwice, keys, sampleEvery, firstUserId } = plan
  const asks: CouponAsk[] = []
  const later: { at: number; ask: CouponAsk }[] = []
  let due = 0
  let twice = 0
  for (let nth = 0; nth < users; nth++) {
    for (; later[due] && later[due]!.at <= asks.length; due++) asks.push(later[due]!.ask)
    const userId = firstUserId + nth
    // Evenly among all of them, whatever the share.
    const again = Math.floor(((nth + 1) * askTwice) / users) > twice
    const sameKey = again && twice++ % 2 === 0
    const key = sameKey || keys === 'every' ? randomUUID() : undefined
    const ask: CouponAsk = { userId, learns: wayOf(nth, sampleEvery), ...(key && { key }) }
    asks.push(ask)
    if (!again) continue
    // The same key right behind itself: both are in flight at once. A second request of its own comes some time later.
    if (sameKey) asks.push({ ...ask, learns: 'polling' })
    else {
      const second: CouponAsk = { userId, learns: 'polling', ...(keys === 'every' && { key: randomUUID() }) }
      later.push({ at: asks.length + laterBy, ask: second })
    }
  }
  return [...asks, ...later.slice(due).map(({ ask }) => ask)]
}

function wayOf(nth: number, every: number): CouponAsk['learns'] {
  if (nth % every === 7 % every) return 'waiting'
  return nth % every === 13 % every ? 'streaming' : 'polling'
}

/**
 * When each request is due, in ms after the beginning: independent of each other, `rate` a second on average, so that
 * there are moments with many and moments with few (a Poisson process). Without a rate all are due at once.
 */
export function arrivals(count: number, rate: number | undefined, random: () => number = Math.random): Float64Array {
  const due = new Float64Array(count)
  if (rate === undefined) return due
  let at = 0
  for (let nth = 0; nth < count; nth++) {
    at += (-Math.log(1 - random()) / rate) * 1_000
    due[nth] = at
  }
  return due
}
