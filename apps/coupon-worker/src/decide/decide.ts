import type { Coupon, Hold, Outcome, RejectionReason } from './outcome.ts'
import { endHold, isEmpty, openShelf, type Policy, type Shelf } from './shelf.ts'

/** A request at its place in the log. `requestedAt` is when coupon-api accepted it: windows are judged by it. */
export interface PlacedRequest {
  requestId: string
  couponPolicyId: number
  userId: number
  requestedAt: number
  partition: number
  offset: number
}

/** Everything earlier decisions left behind that can bear upon these requests. */
export interface Known {
  policies: Policy[]
  /** Coupons already owned by the users who ask, of the policies they ask for. */
  claims: Coupon[]
  /** Holds of the users who ask, of the policies they ask for. */
  holds: Hold[]
  /** Requests that were refused before for a reason which a later copy of them could contradict. */
  rejections: { requestId: string; reason: RejectionReason }[]
}

export interface Decisions {
  /** `outcomes[i]` answers `requests[i]`. */
  outcomes: Outcome[]
  /** Coupons that are new. */
  issued: Coupon[]
  /** Holds that a coupon was issued upon: the same unit, the same rank. */
  redeemed: Hold[]
  /** Holds that came to nothing, each with the request that ended it. */
  ended: { hold: Hold; by: PlacedRequest }[]
  /** Refusals that are new and have to be remembered by request. */
  refused: { requestId: string; reason: RejectionReason }[]
}

/**
 * Decides requests in the order given, which is the order of the log: first come, first served, one per user, never over
 * stock. A second copy of a request gets the outcome of the first. A request that held its place, and is tried again, gets
 * what it held: as if it had been decided there. Pure: time and coupon ids are parameters.
 */
export function decide(
  known: Known,
  requests: PlacedRequest[],
  { now, newCouponId }: { now: number; newCouponId: () => string },
): Decisions {
  const shelves = new Map<number, Shelf>(known.policies.map((policy) => [policy.id, openShelf(policy)]))
  for (const claim of known.claims) shelves.get(claim.policyId)?.owners.set(claim.userId, claim)
  for (const hold of known.holds) shelves.get(hold.policyId)?.holds.set(hold.userId, hold)
  const refusals = new Map(known.rejections.map(({ requestId, reason }) => [requestId, reason]))
  const issued: Coupon[] = []
  const redeemed: Hold[] = []
  const ended: Decisions['ended'] = []
  const refused: Decisions['refused'] = []

  function refuse(requestId: string, reason: RejectionReason): Outcome {
    refusals.set(requestId, reason)
    refused.push({ requestId, reason })
    return REJECTED[reason]
  }

  function issue(shelf: Shelf, place: Hold): Outcome {
    shelf.issued += 1
    const coupon = { couponId: newCouponId(), ...place, issuedAt: now }
    shelf.owners.set(place.userId, coupon)
    issued.push(coupon)
    return { kind: 'issued', coupon }
  }

  function issueNext(shelf: Shelf, { requestId, userId, partition, offset }: PlacedRequest): Outcome {
    shelf.lastRank += 1
    return issue(shelf, { requestId, policyId: shelf.policy.id, userId, rank: shelf.lastRank, partition, offset })
  }

  function redeem(shelf: Shelf, hold: Hold): Outcome {
    endHold(shelf, hold)
    redeemed.push(hold)
    return issue(shelf, hold)
  }

  function drop(shelf: Shelf, hold: Hold, by: PlacedRequest): void {
    endHold(shelf, hold)
    ended.push({ hold, by })
  }

  const outcomes = requests.map((request): Outcome => {
    const before = refusals.get(request.requestId)
    if (before) return REJECTED[before]
    const shelf = shelves.get(request.couponPolicyId)
    if (shelf === undefined) return refuse(request.requestId, 'COUPON_POLICY_NOT_FOUND')
    const hold = shelf.holds.get(request.userId)
    const own = hold?.requestId === request.requestId
    const owned = shelf.owners.get(request.userId)
    if (owned) {
      if (hold && own) drop(shelf, hold, request)
      return owned.requestId === request.requestId ? { kind: 'issued', coupon: owned } : REJECTED.COUPON_ALREADY_ISSUED
    }
    if (hold && own) return redeem(shelf, hold)
    // Asked before the window: for most requests that is the last word.
    if (!hold && isEmpty(shelf)) {
      return canBeRepeated(request.requestId) ? refuse(request.requestId, 'COUPON_SOLD_OUT') : REJECTED.COUPON_SOLD_OUT
    }
    const outside = outsideWindow(shelf.policy, request.requestedAt)
    if (outside) return refuse(request.requestId, outside)
    // An earlier request of this user is being tried again: the unit that it holds is theirs, by whichever request.
    if (hold) drop(shelf, hold, request)
    return issueNext(shelf, request)
  })
  return { outcomes, issued, redeemed, ended, refused }
}

/**
 * Ids made of an Idempotency-Key (UUID version 5) come again whenever their client likes, after a restock too, and must then
 * hear the same. All others are made for one record. Only the former have to be remembered when they are sold out, of which
 * there are tens of thousands a second.
 */
function canBeRepeated(requestId: string): boolean {
  return requestId[14] === '5'
}

function outsideWindow({ opensAt, closesAt }: Policy, requestedAt: number): RejectionReason | undefined {
  if (closesAt !== null && requestedAt >= closesAt) return 'COUPON_CLOSED'
  if (opensAt !== null && requestedAt < opensAt) return 'COUPON_NOT_OPEN'
  return undefined
}

/** Shared answers: a sold-out rush refuses tens of thousands a second, and none of them needs an object of its own. */
const REJECTED: Record<RejectionReason, Outcome> = {
  COUPON_ALREADY_ISSUED: { kind: 'rejected', reason: 'COUPON_ALREADY_ISSUED' },
  COUPON_SOLD_OUT: { kind: 'rejected', reason: 'COUPON_SOLD_OUT' },
  COUPON_NOT_OPEN: { kind: 'rejected', reason: 'COUPON_NOT_OPEN' },
  COUPON_CLOSED: { kind: 'rejected', reason: 'COUPON_CLOSED' },
  COUPON_POLICY_NOT_FOUND: { kind: 'rejected', reason: 'COUPON_POLICY_NOT_FOUND' },
}
