import type { PlacedRequest } from './decide.ts'
import type { PolicyTerms } from './shelf.ts'

/** What a user can be told, without the coupon's own id and time. */
export type PlainOutcome = { rank: number } | { reason: string }

/** What bears upon decisions without being read from the log there. `index` is that of a request that failed before. */
export type Incident =
  | { kind: 'restock'; policyId: number; add: number }
  | { kind: 'close'; policyId: number; closesAt: number }
  | { kind: 'retry' | 'death'; index: number }

/**
 * The rules of first come, first served, as plainly as they can be said: one request at a time, everything remembered.
 * Tests hold the batch decision against it; it shares no code with it on purpose. `outcomes[i]` answers `log[i]`, undefined
 * where that is still in retry. `before[i]` happens before `log[i]` is read, and what is left at the end.
 */
export function oneAtATime(
  policies: PolicyTerms[],
  log: PlacedRequest[],
  { failing, before }: { failing: Set<number>; before: Incident[][] } = { failing: new Set(), before: [] },
): (PlainOutcome | undefined)[] {
  const answered = new Map<string, PlainOutcome>()
  const shops = new Map(policies.map((terms) => [terms.id, openShop(terms)]))
  const outcomes: (PlainOutcome | undefined)[] = log.map(() => undefined)

  function answer(request: PlacedRequest): PlainOutcome {
    const outcome = answered.get(request.requestId) ?? decided(request)
    answered.set(request.requestId, outcome)
    return outcome
  }

  function decided({ requestId, couponPolicyId, userId, requestedAt }: PlacedRequest): PlainOutcome {
    const shop = shops.get(couponPolicyId)
    if (!shop) return { reason: 'COUPON_POLICY_NOT_FOUND' }
    const kept = shop.kept.find((one) => one.userId === userId)
    if (kept?.requestId === requestId) {
      shop.kept = shop.kept.filter((one) => one !== kept)
      shop.winners.push(userId)
      return { rank: kept.rank }
    }
    if (shop.winners.includes(userId)) return { reason: 'COUPON_ALREADY_ISSUED' }
    if (!kept && shop.left === 0) return { reason: 'COUPON_SOLD_OUT' }
    if (shop.closesAt !== null && requestedAt >= shop.closesAt) return { reason: 'COUPON_CLOSED' }
    if (shop.opensAt !== null && requestedAt < shop.opensAt) return { reason: 'COUPON_NOT_OPEN' }
    if (kept) shop.kept = shop.kept.filter((one) => one !== kept)
    else shop.left -= 1
    shop.winners.push(userId)
    return { rank: ++shop.ranks }
  }

  /** Failed in its turn: what it would have got is put aside for it. */
  function keep({ requestId, couponPolicyId, userId, requestedAt }: PlacedRequest): void {
    const shop = shops.get(couponPolicyId)
    if (!shop || shop.ordering === 'relaxed' || answered.has(requestId)) return
    const inTime =
      (shop.opensAt === null || requestedAt >= shop.opensAt) && (shop.closesAt === null || requestedAt < shop.closesAt)
    if (!inTime || shop.left === 0 || shop.winners.includes(userId)) return
    if (shop.kept.some((one) => one.userId === userId)) return
    shop.left -= 1
    shop.kept.push({ requestId, userId, rank: ++shop.ranks })
  }

  function giveUp({ requestId, couponPolicyId }: PlacedRequest): PlainOutcome {
    const known = answered.get(requestId)
    // A copy of it may have won, and that is what its user is told.
    if (known && 'rank' in known) return known
    const shop = shops.get(couponPolicyId)
    if (shop?.kept.some((one) => one.requestId === requestId)) {
      shop.kept = shop.kept.filter((one) => one.requestId !== requestId)
      shop.left += 1
    }
    return { reason: 'FAILED' }
  }

  function happen(incident: Incident): void {
    switch (incident.kind) {
      case 'restock': {
        const shop = shops.get(incident.policyId)
        if (shop) shop.left += incident.add
        return
      }
      case 'close': {
        const shop = shops.get(incident.policyId)
        if (shop) shop.closesAt = incident.closesAt
        return
      }
      case 'retry':
      case 'death': {
        const request = log[incident.index]
        if (request) outcomes[incident.index] = incident.kind === 'retry' ? answer(request) : giveUp(request)
      }
    }
  }

  for (const [i, request] of log.entries()) {
    before[i]?.forEach(happen)
    if (failing.has(i)) keep(request)
    else outcomes[i] = answer(request)
  }
  before.slice(log.length).flat().forEach(happen)
  return outcomes
}

function openShop({ totalQuantity, ordering, opensAt, closesAt }: PolicyTerms) {
  return {
    ordering,
    opensAt,
    closesAt,
    left: totalQuantity,
    ranks: 0,
    winners: [] as number[],
    kept: [] as { requestId: string; userId: number; rank: number }[],
  }
}
