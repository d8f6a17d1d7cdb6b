import type { CouponIssueRequested } from '@firstcome/events'
import { v7 as uuidv7 } from 'uuid'

/**
 * A rush on one coupon: of ten requests, about one is another try of an earlier user and one is a second copy of an earlier
 * request. `random` draws from [0, 1).
 */
export function rushLog(couponPolicyId: number, count: number, random: () => number): CouponIssueRequested[] {
  const requests: CouponIssueRequested[] = []
  for (let user = 1; requests.length < count; user += 1) {
    const earlier = requests[Math.floor(random() * requests.length)]
    const fresh = { requestId: uuidv7(), couponPolicyId, userId: user, requestedAt: Date.now() }
    const kind = random()
    if (earlier && kind < 0.1) requests.push({ ...earlier, requestedAt: Date.now() })
    else if (earlier && kind < 0.2) requests.push({ ...fresh, userId: earlier.userId })
    else requests.push(fresh)
  }
  return requests
}

/** Draws that can be repeated: a failing rush is told by its seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
