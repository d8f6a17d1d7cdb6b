import type { Coupon, Hold } from './outcome.ts'

/** What an administrator said of a policy. Times are epoch milliseconds: open from `opensAt` up to, not including, `closesAt`. */
export interface PolicyTerms {
  id: number
  totalQuantity: number
  ordering: 'strict' | 'relaxed'
  opensAt: number | null
  closesAt: number | null
}

/** What a decision needs to know of a policy. */
export interface Policy extends PolicyTerms {
  issued: number
  /** Units that requests in retry hold; nobody else gets them. */
  held: number
  /** The highest rank that was given, to a coupon or to a hold. */
  lastRank: number
}

/** A policy while its requests are being decided. */
export interface Shelf {
  policy: Policy
  issued: number
  held: number
  lastRank: number
  /** By user. */
  owners: Map<number, Coupon>
  /** By user: one at most. */
  holds: Map<number, Hold>
}

export function openShelf(policy: Policy): Shelf {
  const { issued, held, lastRank } = policy
  return { policy, issued, held, lastRank, owners: new Map(), holds: new Map() }
}

export function isEmpty({ policy, issued, held }: Shelf): boolean {
  return issued + held >= policy.totalQuantity
}

/** Puts the unit of a hold back. */
export function endHold(shelf: Shelf, { userId }: Hold): void {
  shelf.holds.delete(userId)
  shelf.held -= 1
}
