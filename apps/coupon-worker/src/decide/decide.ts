import type { Coupon, Outcome, RejectionReason } from './outcome.ts'

/** What a decision needs to know of a policy. Times are epoch milliseconds: open from `opensAt` up to, not including, `closesAt`. */
export interface Policy {
  id: number
  totalQuantity: number
  issued: number
  opensAt: number | null
  closesAt: number | null
}

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
  /** Requests that were refused before for a reason which a later copy of them could contradict. */
  rejections: { requestId: string; reason: RejectionReason }[]
}

export interface Decisions {
  /** `outcomes[i]` answers `requests[i]`. */
  outcomes: Outcome[]
  /** Coupons that are new, by rank within each policy. */
  issued: Coupon[]
  /** Refusals that are new and have to be remembered by request. */
  refused: { requestId: string; reason: RejectionReason }[]
}

/**
 * Decides requests in the order given, which is the order of the log: first come, first served, one per user, never over
 * stock. A second copy of a request gets the outcome of the first. Pure: time and coupon ids are parameters.
 */
export function decide(
  known: Known,
  requests: PlacedRequest[],
  { now, newCouponId }: { now: number; newCouponId: () => string },
): Decisions {
  const shelves = new Map<number, Shelf>(known.policies.map((policy) => [policy.id, openShelf(policy)]))
  for (const claim of known.claims) shelves.get(claim.policyId)?.owners.set(claim.userId, claim)
  const refusals = new Map(known.rejections.map(({ requestId, reason }) => [requestId, reason]))
  const issued: Coupon[] = []
  const refused: Decisions['refused'] = []

  function refuse(requestId: string, reason: RejectionReason): Outcome {
    refusals.set(requestId, reason)
    refused.push({ requestId, reason })
    return REJECTED[reason]
  }

  function issue(shelf: Shelf, { requestId, userId, partition, offset }: PlacedRequest): Outcome {
    shelf.issued += 1
    const { id: policyId } = shelf.policy
    const coupon = {
      couponId: newCouponId(),
      requestId,
      policyId,
      userId,
      rank: shelf.issued,
      partition,
      offset,
      issuedAt: now,
    }
    shelf.owners.set(userId, coupon)
    issued.push(coupon)
    return { kind: 'issued', coupon }
  }

  const outcomes = requests.map((request): Outcome => {
    const before = refusals.get(request.requestId)
    if (before) return REJECTED[before]
    const shelf = shelves.get(request.couponPolicyId)
    if (shelf === undefined) return refuse(request.requestId, 'COUPON_POLICY_NOT_FOUND')
    const owned = shelf.owners.get(request.userId)
    if (owned) return owned.requestId === request.requestId ? { kind: 'issued', coupon: owned } : ALREADY_ISSUED
    // Asked before the window, so that this answer is one that no later copy of the request can contradict either.
    if (shelf.issued >= shelf.policy.totalQuantity) return SOLD_OUT
    const outside = outsideWindow(shelf.policy, request.requestedAt)
    return outside ? refuse(request.requestId, outside) : issue(shelf, request)
  })
  return { outcomes, issued, refused }
}

/** A policy while its requests are being decided. */
interface Shelf {
  policy: Policy
  issued: number
  owners: Map<number, Coupon>
}

function openShelf(policy: Policy): Shelf {
  return { policy, issued: policy.issued, owners: new Map() }
}

function outsideWindow({ opensAt, closesAt }: Policy, requestedAt: number): RejectionReason | undefined {
  if (opensAt !== null && requestedAt < opensAt) return 'COUPON_NOT_OPEN'
  if (closesAt !== null && requestedAt >= closesAt) return 'COUPON_CLOSED'
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
const ALREADY_ISSUED = REJECTED.COUPON_ALREADY_ISSUED
const SOLD_OUT = REJECTED.COUPON_SOLD_OUT
