import type { CouponAsk, RushPlan } from './plan.ts'

/** What became of one request. Times are `performance.now()`. */
export interface CouponOutcome {
  ask: CouponAsk
  /** Absent where the answer was a certain no (409) before there was a request. */
  requestId?: string
  /** NOT_TAKEN: no acceptance was answered. Whether it was taken all the same cannot be told from outside. */
  status: 'ISSUED' | 'REJECTED' | 'FAILED' | 'UNKNOWN' | 'NOT_TAKEN'
  reason?: string
  rank?: number
  couponId?: string
  /** When the request was first sent, and when its acceptance (or its certain no) was answered. */
  sentAt: number
  answeredAt: number
  /** What the gateway said, where the outcome is UNKNOWN or the request NOT_TAKEN. */
  detail?: string
}

export interface PolicyState {
  issuedQuantity: number
  remaining: number
}

const shown = 5

/**
 * Every way in which the rush broke a promise, as sentences with the counter-example; empty when all held.
 *
 * First come is judged from outside: a request that was acknowledged before another was even sent stands before it in
 * the log, so it must have the lower rank, and it cannot be told "sold out" while the later one gets a coupon.
 */
export function verdict(plan: RushPlan, outcomes: CouponOutcome[], policy: PolicyState): string[] {
  const found: string[] = []
  const bad = ['UNKNOWN', 'FAILED', ...(plan.patient ? ['NOT_TAKEN'] : [])]
  const without = outcomes.filter(({ status }) => bad.includes(status))
  for (const one of without.slice(0, shown)) {
    found.push(
      `user ${one.ask.userId}, request ${one.requestId ?? '(none)'}: no outcome but ${one.status} ${one.detail ?? ''}`,
    )
  }
  if (without.length > shown) found.push(`… and ${without.length - shown} more without an outcome`)

  // A repeated Idempotency-Key is one issue, however often it was answered.
  const issued = [...Map.groupBy(outcomes.filter(isIssued), (one) => one.couponId).values()].map(asOne)
  if (seesAll(plan, outcomes)) found.push(...miscounted(plan, issued, policy))
  else if (issued.length > plan.coupons) found.push(`${issued.length} coupons issued, of ${plan.coupons}`)

  const byUser = Map.groupBy(issued, (one) => one.ask.userId)
  for (const [userId, coupons] of byUser) {
    if (coupons.length > 1)
      found.push(`user ${userId} got ${coupons.length} coupons: ${coupons.map((one) => one.couponId)}`)
  }
  for (const [rank, holders] of Map.groupBy(issued, (one) => one.rank)) {
    if (holders.length > 1) found.push(`rank ${rank} was given ${holders.length} times`)
  }
  const keys = Map.groupBy(
    outcomes.filter((one) => one.ask.key && one.requestId),
    (one) => one.ask.key,
  )
  for (const [key, same] of keys) {
    if (new Set(same.map((one) => one.requestId)).size > 1) {
      found.push(`Idempotency-Key ${key} became ${same.length} requests: ${same.map((one) => one.requestId)}`)
    }
  }
  // After a restock somebody later may rightly get what an earlier one was refused: the audit knows where that was.
  const restocked = policy.issuedQuantity + policy.remaining !== plan.coupons
  const refused = plan.couponPolicyId !== undefined && restocked ? [] : outcomes
  return [...found, ...overtaken(issued, refused)]
}

/** Only then the numbers must be exact: nobody else asks for a new coupon, and every request of the rush was taken. */
function seesAll(plan: RushPlan, outcomes: CouponOutcome[]): boolean {
  return plan.couponPolicyId === undefined && outcomes.every(({ status }) => status !== 'NOT_TAKEN')
}

function miscounted(plan: RushPlan, issued: CouponOutcome[], policy: PolicyState): string[] {
  const found: string[] = []
  const expected = Math.min(plan.coupons, plan.users)
  if (issued.length !== expected) found.push(`${issued.length} coupons issued, expected exactly ${expected}`)
  if (policy.issuedQuantity !== expected || policy.remaining !== plan.coupons - expected) {
    found.push(
      `the policy says ${policy.issuedQuantity} issued and ${policy.remaining} remaining, expected ${expected}`,
    )
  }
  const ranks = new Set(issued.map(({ rank }) => rank))
  for (let rank = 1; rank <= expected; rank++) if (!ranks.has(rank)) found.push(`rank ${rank} was given to nobody`)
  return found
}

function overtaken(issued: CouponOutcome[], outcomes: CouponOutcome[]): string[] {
  const found: string[] = []
  let latest: CouponOutcome | undefined
  for (const one of issued.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    if (latest && latest.sentAt > one.answeredAt) {
      found.push(
        `rank ${latest.rank} (user ${latest.ask.userId}) asked after rank ${one.rank} (user ${one.ask.userId}) had been accepted`,
      )
    }
    if (!latest || one.sentAt > latest.sentAt) latest = one
  }
  for (const one of outcomes) {
    if (latest && one.reason?.includes('SOLD_OUT') && one.answeredAt < latest.sentAt) {
      found.push(
        `user ${one.ask.userId} was told sold out before user ${latest.ask.userId} asked, who got rank ${latest.rank}`,
      )
    }
  }
  return found
}

/** The answers about one coupon: its request stands in the log after the first was sent, before the first was acknowledged. */
function asOne(answers: CouponOutcome[]): CouponOutcome {
  const sentAt = Math.min(...answers.map((one) => one.sentAt))
  const answeredAt = Math.min(...answers.map((one) => one.answeredAt))
  return { ...answers[0]!, sentAt, answeredAt }
}

export function isIssued(one: CouponOutcome): boolean {
  return one.status === 'ISSUED'
}
