import type { Standing } from '../model/look-up.ts'
import type { KnownRequest } from '../model/read-requests.ts'

/** What is certain before the log is asked. */
export type Admission =
  | { kind: 'send' }
  | { kind: 'replay'; known: KnownRequest }
  | { kind: 'key-reused' }
  | { kind: 'refuse'; code: 'COUPON_ALREADY_ISSUED' | 'COUPON_SOLD_OUT' }

/**
 * Refuses only what no later event can change: a coupon is never taken back from its user, and stock that is issued is
 * gone until the policy itself grows. The rest is for the log to decide, whatever the read model seems to know.
 * Without a standing (the read model is away) everything goes to the log.
 */
export function admit(
  { couponPolicyId, totalQuantity }: { couponPolicyId: number; totalQuantity: number },
  standing: Standing | undefined,
): Admission {
  if (!standing) return { kind: 'send' }
  // First of all the request itself: who asks again is told how it stands, never that it stands in its own way.
  if (standing.known) return { kind: 'replay', known: standing.known }
  if (standing.keyUsedFor !== undefined && standing.keyUsedFor !== couponPolicyId) return { kind: 'key-reused' }
  if (standing.alreadyIssued) return { kind: 'refuse', code: 'COUPON_ALREADY_ISSUED' }
  if (standing.issued >= totalQuantity) return { kind: 'refuse', code: 'COUPON_SOLD_OUT' }
  return { kind: 'send' }
}
