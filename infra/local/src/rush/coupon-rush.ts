import { setTimeout as pause } from 'node:timers/promises'
import { StepError } from '../progress.ts'
import type { Answer, Body, Gateway } from './gateway.ts'
import { isDecided, learnOutcome } from './learn-outcome.ts'
import { inParallel, paced } from './pace.ts'
import { arrivals, type CouponAsk, planAsks, type RushPlan } from './plan.ts'
import { type Answered, isTaken, nothingSeen, type RushReport, reportOf, type Seen } from './seen.ts'
import { type PolicyState, verdict } from './verdict.ts'

export interface RushTools {
  gateway: Gateway
  /** A bearer token of each user of the plan, signed before the clock starts. */
  tokens: Map<number, string>
  adminToken: string
  /** Filled while the rush goes on, for whoever looks at it meanwhile. */
  seen?: Seen
  /** Told of every request that is answered. */
  onProgress?: (answered: number, of: number) => void
  /** Ends the rush early: no further request is sent, no outcome asked for, nothing judged. */
  signal?: AbortSignal
}

/** How long the last outcome may take after the last request: a killed worker's partitions wait for a session timeout (30 s). */
const outcomeDeadlineMs = 90_000
/** As long as may be asked for. */
const heldSeconds = 30
const comeBack = [429, 502, 503, 504]

/**
 * Everybody for one coupon. Patient clients ask again: with a key on every request where an answer is unclear (a
 * connection that broke, a gateway that lost its service), without one only after a refusal (429, 503).
 *
 * Latencies count from the moment at which a request was due, so that those that wait for a free connection behind slow
 * answers are as slow as their users find them. Where the plan has no rate, nothing is due: they count from the sending.
 */
export async function couponRush(plan: RushPlan, tools: RushTools): Promise<RushReport> {
  const { gateway, signal } = tools
  const seen = tools.seen ?? nothingSeen(plan)
  const couponPolicyId = plan.couponPolicyId ?? (await newPolicy(plan, tools))
  seen.couponPolicyId = couponPolicyId
  seen.repeated = gateway.repeated

  const asks = planAsks(plan)
  seen.requests = asks.length
  const due = arrivals(asks.length, plan.rate)
  const begun = performance.now()
  seen.begunAt = begun
  seen.due = due
  const streamed = new Map<string, Promise<Body | undefined>>()
  const held: Promise<void>[] = []

  async function send(ask: CouponAsk, dueAt: number): Promise<void> {
    const sentAt = performance.now()
    const answer = await request(gateway, { plan, couponPolicyId, ask, token: tools.tokens.get(ask.userId)! }).catch(
      (error: NodeJS.ErrnoException) => broken(error, sentAt),
    )
    if (signal?.aborted) return
    note({ ...answer, ask, since: plan.rate === undefined ? sentAt : dueAt })
  }

  function note(answered: Answered): void {
    const { ask, status, body, since, answeredAt } = answered
    seen.answered.push(answered)
    tools.onProgress?.(seen.answered.length, asks.length)
    if (ask.learns === 'waiting' && isTaken(answered) && status !== 202) seen.heldMs.push(answeredAt - since)
    if (ask.learns === 'streaming' && status === 202 && body.requestId) follow(ask, body.requestId, answeredAt)
  }

  function follow(ask: CouponAsk, requestId: string, answeredAt: number): void {
    const path = `/api/coupon-requests/${requestId}/events`
    const outcome = gateway.follow(path, tools.tokens.get(ask.userId)!, isDecided).then((told) => {
      if (told) seen.streamedMs.push(performance.now() - answeredAt)
      return told
    })
    // A stream that breaks (its service was killed) is no loss: the outcome is still there to be asked for.
    streamed.set(
      requestId,
      outcome.catch(() => undefined),
    )
  }

  await paced(asks, { due, begun, limit: plan.sockets, signal }, async (ask, dueAt) => {
    if (ask.learns !== 'waiting') return send(ask, dueAt)
    // Whoever holds the line must not keep the others from sending.
    held.push(send(ask, dueAt))
  })
  await Promise.all(held)
  seen.answeredAt = performance.now()
  if (signal?.aborted) return reportOf(seen)

  const deadline = seen.answeredAt + outcomeDeadlineMs
  // In the order of their acceptance, and only some at a time: whoever is still pending holds up those behind, who will be
  // decided later still, so that a long backlog is not asked for again and again.
  await inParallel(seen.answered, plan.sockets, async (answered) => {
    if (signal?.aborted) return
    const { requestId } = answered.body
    const stream = requestId === undefined ? undefined : streamed.get(requestId)
    const token = tools.tokens.get(answered.ask.userId)!
    const asked = { answered, couponPolicyId, token, stream, deadline }
    const outcome = await learnOutcome(gateway, asked).catch((error) => {
      if (signal?.aborted) return undefined
      throw error
    })
    if (outcome) seen.outcomes.push(outcome)
  })
  if (signal?.aborted) return reportOf(seen)
  const policy = await settledPolicy(gateway, couponPolicyId, reportOf(seen).issued)
  seen.decidedAt = performance.now()
  seen.violations = verdict(plan, seen.outcomes, policy)
  return reportOf(seen)
}

async function newPolicy(plan: RushPlan, { gateway, adminToken }: RushTools): Promise<number> {
  const created = await gateway.ask({
    method: 'POST',
    path: '/api/coupon-policies',
    token: adminToken,
    body: { name: `Rush of ${new Date().toISOString()}`, totalQuantity: plan.coupons },
    repeatOn: [429, 503],
  })
  const { couponPolicyId } = created.body
  if (couponPolicyId === undefined)
    throw new StepError(`There is no coupon policy to ask for: ${created.status} ${created.text}`)
  // The worker announces it over Kafka: the rush starts when the public edge has heard of it.
  const path = `/api/coupon-policies/${couponPolicyId}`
  const known = await gateway.ask({ method: 'GET', path, repeatOn: [404, ...comeBack] })
  if (known.status !== 200) throw new StepError(`Policy ${couponPolicyId} is not known: ${known.status} ${known.text}`)
  return couponPolicyId
}

interface Sending {
  plan: RushPlan
  couponPolicyId: number
  ask: CouponAsk
  token: string
}

type Told = Omit<Answered, 'ask' | 'since'>

async function request(gateway: Gateway, { plan, couponPolicyId, ask, token }: Sending): Promise<Told> {
  const held = ask.learns === 'waiting'
  const keyed = ask.key !== undefined
  const answer = await gateway.ask({
    method: 'POST',
    path: `/api/coupons/${ask.userId}`,
    token,
    body: { couponPolicyId },
    headers: { ...(ask.key && { 'idempotency-key': ask.key }), ...(held && { prefer: `wait=${heldSeconds}` }) },
    repeatOn: plan.patient ? (keyed ? comeBack : [429, 503]) : [],
    repeatWhenBroken: plan.patient && keyed,
    held,
  })
  return compact(answer)
}

/** A hundred thousand of them are kept. */
function compact({ status, body, text, sentAt, answeredAt, repeats }: Answer): Told {
  if (status !== 202) return { status, body, text, sentAt, answeredAt, repeats }
  return { status, body: { requestId: body.requestId! }, sentAt, answeredAt, repeats }
}

function broken(error: NodeJS.ErrnoException, sentAt: number): Told {
  return { status: 0, body: {}, text: error.code ?? error.message, sentAt, answeredAt: performance.now(), repeats: 0 }
}

/** The policy's counters follow the last outcome by a moment, and are given the time to catch up. */
async function settledPolicy(gateway: Gateway, couponPolicyId: number, expected: number): Promise<PolicyState> {
  const until = performance.now() + 10_000
  for (;;) {
    const { body } = await gateway.ask({
      method: 'GET',
      path: `/api/coupon-policies/${couponPolicyId}`,
      repeatOn: comeBack,
    })
    const { issuedQuantity = -1, remaining = -1 } = body
    if (issuedQuantity >= expected || performance.now() > until) return { issuedQuantity, remaining }
    await pause(100)
  }
}
