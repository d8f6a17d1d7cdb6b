import type { Answer } from './gateway.ts'
import { type Latency, latencyOf } from './latency.ts'
import type { CouponAsk, RushPlan } from './plan.ts'
import { type CouponOutcome, isIssued } from './verdict.ts'

/** What was answered to one request for a coupon; `status` 0 where the connection broke. */
export interface Answered extends Pick<Answer, 'status' | 'body' | 'sentAt' | 'answeredAt' | 'repeats'> {
  ask: CouponAsk
  /** `performance.now()` from which its latency counts. */
  since: number
  /** What the gateway said, where it was neither taken nor refused with certainty. */
  text?: string
}

/** Everything that is known of a rush so far: it can be looked at, and reported, at any moment. Times are `performance.now()`. */
export interface Seen {
  plan: RushPlan
  couponPolicyId?: number
  requests: number
  begunAt: number
  /** When each request is due, in ms after the beginning. */
  due: Float64Array
  /** When the last request was answered, and when the last outcome was known. */
  answeredAt?: number
  decidedAt?: number
  answered: Answered[]
  outcomes: CouponOutcome[]
  /** ms from a request to its outcome, of those who held the line for it. */
  heldMs: number[]
  /** ms from the acceptance of a request to its outcome, of those who followed the event stream. */
  streamedMs: number[]
  /** How often something was asked again, by reason. */
  repeated: Map<string, number>
  violations: string[]
}

export function nothingSeen(plan: RushPlan): Seen {
  return {
    plan,
    requests: 0,
    begunAt: performance.now(),
    due: new Float64Array(),
    answered: [],
    outcomes: [],
    heldMs: [],
    streamedMs: [],
    repeated: new Map(),
    violations: [],
  }
}

/** What happened, in numbers; `violations` is empty when every promise held. Times in milliseconds. */
export interface RushReport {
  couponPolicyId: number | undefined
  requests: number
  answered: number
  accepted: number
  /** Refused before there was a request, because the answer was certain. */
  refusedAtOnce: number
  /** Neither: by status and code, or by the error of the connection. */
  notTaken: Record<string, number>
  issued: number
  /** Every request whose outcome is known, by status or reason. */
  outcomes: Record<string, number>
  acceptMs: number
  outcomesMs: number
  accept: Latency
  held: Latency
  streamed: Latency
  repeated: Record<string, number>
  violations: string[]
}

export function reportOf(seen: Seen): RushReport {
  const { answered, outcomes, begunAt } = seen
  const now = performance.now()
  const answeredAt = seen.answeredAt ?? now
  // A held answer is its outcome: how long its acceptance took cannot be told from outside.
  const timed = answered.filter(({ ask, status }) => ask.learns !== 'waiting' && status !== 0)
  return {
    couponPolicyId: seen.couponPolicyId,
    requests: seen.requests,
    answered: answered.length,
    accepted: answered.filter(isTaken).length,
    refusedAtOnce: answered.filter(isRefused).length,
    notTaken: countBy(answered.filter((one) => !isTaken(one) && !isRefused(one)).map(why)),
    issued: new Set(outcomes.filter(isIssued).map(({ couponId }) => couponId)).size,
    outcomes: countBy(outcomes.map(({ status, reason }) => (status === 'REJECTED' && reason) || status)),
    acceptMs: answeredAt - begunAt,
    outcomesMs: seen.answeredAt === undefined ? 0 : (seen.decidedAt ?? now) - answeredAt,
    accept: latencyOf(timed.map((one) => one.answeredAt - one.since)),
    held: latencyOf(seen.heldMs),
    streamed: latencyOf(seen.streamedMs),
    repeated: Object.fromEntries(seen.repeated),
    violations: seen.violations,
  }
}

/** It was in the log when it was answered: with 202, or, having waited, with the outcome (a 409 or 500 with its request id). */
export function isTaken({ status, body }: Pick<Answered, 'status' | 'body'>): boolean {
  return status === 202 || status === 200 || ((status === 409 || status === 500) && body.requestId !== undefined)
}

/** A business no, before there was a request. */
export function isRefused({ status, body }: Pick<Answered, 'status' | 'body'>): boolean {
  return status === 409 && body.requestId === undefined
}

export function why({ status, body, text = '' }: Answered): string {
  return status === 0 ? text : [status, body.code].filter(Boolean).join(' ')
}

function countBy(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
