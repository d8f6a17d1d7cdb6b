import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Body, Gateway } from './gateway.ts'
import { isDecided, learnOutcome } from './learn-outcome.ts'
import { type CouponAsk, planAsks, type RushPlan } from './rush-plan.ts'
import { type CouponOutcome, type PolicyState, verdict } from './rush-verdict.ts'

/** What happened, in numbers; `violations` is empty when every promise held. Times in milliseconds. */
export interface RushReport {
  couponPolicyId: number
  requests: number
  accepted: number
  refusedAtOnce: number
  issued: number
  rejected: Record<string, number>
  acceptMs: number
  acceptP50: number
  acceptP99: number
  outcomesMs: number
  repeated: Record<string, number>
  violations: string[]
}

export interface RushTools {
  gateway: Gateway
  /** A bearer token of each user of the plan, signed before the clock starts. */
  tokens: Map<number, string>
  adminToken: string
  /** Told when the accept phase begins and as it goes on, with the number of requests answered. */
  onProgress?: (answered: number, of: number) => void
}

/** How long the last outcome may take after the last request: a killed worker's partitions wait for a session timeout (30 s). */
const outcomeDeadlineMs = 90_000

/**
 * A new coupon, and everybody at once. With keys on every request an unclear answer (a connection that broke, a gateway
 * that lost its service) is asked again; without a key only a refusal (429, 503) is.
 */
export async function couponRush(plan: RushPlan, tools: RushTools): Promise<RushReport> {
  const { gateway, adminToken } = tools
  const created = await gateway.ask({
    method: 'POST',
    path: '/api/coupon-policies',
    token: adminToken,
    body: { name: `Rush of ${new Date().toISOString()}`, totalQuantity: plan.coupons },
    repeatOn: [429, 503],
  })
  const { couponPolicyId } = created.body
  if (couponPolicyId === undefined) throw new Error(`no coupon policy: ${created.status} ${created.text}`)
  await policyKnown(gateway, couponPolicyId)

  const asks = planAsks(plan)
  const answers: { ask: CouponAsk; answer: Answer }[] = []
  const streamed = new Map<string, Promise<Body | undefined>>()
  const begun = performance.now()
  await inParallel(asks, plan.sockets, async (ask) => {
    const token = tools.tokens.get(ask.userId)!
    const answer = await request(gateway, couponPolicyId, ask, token)
    answers.push({ ask, answer })
    tools.onProgress?.(answers.length, asks.length)
    const { requestId } = answer.body
    if (ask.learns === 'streaming' && answer.status === 202 && requestId) {
      const events = gateway.follow(`/api/coupon-requests/${requestId}/events`, token, isDecided)
      // A stream that breaks (its service was killed) is no loss: the outcome is still there to be asked for.
      streamed.set(
        requestId,
        events.catch(() => undefined),
      )
    }
  })
  const acceptedAt = performance.now()

  const outcomes: CouponOutcome[] = []
  await inParallel(answers, plan.sockets, async ({ ask, answer }) => {
    const { requestId } = answer.body
    const stream = requestId === undefined ? undefined : streamed.get(requestId)
    const token = tools.tokens.get(ask.userId)!
    const deadline = acceptedAt + outcomeDeadlineMs
    outcomes.push(await learnOutcome(gateway, { ask, answer, couponPolicyId, token, stream, deadline }))
  })
  const policy = await settledPolicy(gateway, couponPolicyId, Math.min(plan.coupons, plan.users))
  const decidedAt = performance.now()

  // A waiting request answers with its outcome: how long its acceptance took cannot be told from outside.
  const latencies = answers.filter(({ ask }) => ask.learns !== 'waiting').map(({ answer }) => answer.ms)
  latencies.sort((a, b) => a - b)
  return {
    couponPolicyId,
    requests: asks.length,
    accepted: answers.filter(({ answer }) => answer.status === 202 || answer.status === 200).length,
    refusedAtOnce: answers.filter(({ answer }) => answer.status === 409).length,
    issued: new Set(outcomes.flatMap((one) => (one.status === 'ISSUED' ? [one.couponId] : []))).size,
    rejected: countBy(
      outcomes.filter((one) => one.status === 'REJECTED').map((one) => one.reason ?? 'without a reason'),
    ),
    acceptMs: acceptedAt - begun,
    acceptP50: quantile(latencies, 0.5),
    acceptP99: quantile(latencies, 0.99),
    outcomesMs: decidedAt - acceptedAt,
    repeated: Object.fromEntries(gateway.repeated),
    violations: verdict(plan, outcomes, policy),
  }
}

/** The worker announces a policy over Kafka: the rush starts when the public edge has heard of it. */
async function policyKnown(gateway: Gateway, couponPolicyId: number): Promise<void> {
  const known = await gateway.ask({
    method: 'GET',
    path: `/api/coupon-policies/${couponPolicyId}`,
    repeatOn: [404, 429, 502, 503, 504],
  })
  if (known.status !== 200) throw new Error(`policy ${couponPolicyId} is not known: ${known.status} ${known.text}`)
}

function request(gateway: Gateway, couponPolicyId: number, ask: CouponAsk, token: string): Promise<Answer> {
  return gateway.ask({
    method: 'POST',
    path: `/api/coupons/${ask.userId}`,
    token,
    body: { couponPolicyId },
    headers: { ...(ask.key && { 'idempotency-key': ask.key }), ...(ask.learns === 'waiting' && { prefer: 'wait=5' }) },
    repeatOn: ask.key ? [429, 502, 503, 504] : [429, 503],
    repeatWhenBroken: ask.key !== undefined,
  })
}

/** The policy's counters follow the last outcome by a moment, and are given the time to catch up. */
async function settledPolicy(gateway: Gateway, couponPolicyId: number, expected: number): Promise<PolicyState> {
  const until = performance.now() + 10_000
  for (;;) {
    const { body } = await gateway.ask({
      method: 'GET',
      path: `/api/coupon-policies/${couponPolicyId}`,
      repeatOn: [429, 502, 503, 504],
    })
    const { issuedQuantity = -1, remaining = -1 } = body
    if (issuedQuantity >= expected || performance.now() > until) return { issuedQuantity, remaining }
    await pause(100)
  }
}

/** `work` on every item, `limit` at a time, in order of the list. */
async function inParallel<T>(items: T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

function countBy(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
