import { setTimeout as pause } from 'node:timers/promises'
import { stack, tokenSigner } from '@firstcome/local'
import { type Answered, couponRush, nothingSeen, openGateway, type RushPlan, type Seen } from '@firstcome/local/rush'
import { testStack } from '@firstcome/testing'
import { someUser } from '../client.ts'

const plan: Omit<RushPlan, 'firstUserId'> = {
  users: 720,
  coupons: 240,
  askTwice: 80,
  rate: 80,
  sockets: 64,
  keys: 'every',
  patient: true,
  sampleEvery: 10,
}
/** A rush takes 10 s and then waits for its last outcomes; another is on meanwhile. */
const laterMs = 5_000

export interface Rushes {
  /** Every rush, with all that its users were told. */
  seen: Seen[]
  /** Resolves when the last has been judged. */
  over: Promise<unknown>
}

/** One rush after the other, two at a time, so that at every moment somebody asks and somebody waits; no further one begins once `enough`. */
export function keepRushing(enough: AbortSignal): Rushes {
  const seen: Seen[] = []
  async function oneAfterAnother(delayMs: number): Promise<void> {
    await pause(delayMs)
    while (!enough.aborted) seen.push(await rush())
  }
  return { seen, over: Promise.all([oneAfterAnother(0), oneAfterAnother(laterMs)]) }
}

async function rush(): Promise<Seen> {
  const sign = tokenSigner(stack('test'))
  const firstUserId = someUser()
  const tokens = new Map(Array.from({ length: plan.users }, (_, nth) => [firstUserId + nth, sign(firstUserId + nth)]))
  const gateway = openGateway(testStack().gatewayUrl, plan.sockets)
  const seen = nothingSeen({ ...plan, firstUserId })
  const tools = { gateway, tokens, adminToken: sign(1, { admin: true }), seen }
  await couponRush(seen.plan, tools).finally(() => gateway.close())
  return seen
}

/** Everything that a user of the rush had to put up with, one sentence each: what was asked again, what was cut short, what was broken. */
export function complaintsOf(seen: Seen): string[] {
  // A policy is asked for until the public edge has heard of it: so long it is not there.
  const again = [...seen.repeated].filter(([why]) => why !== '404')
  const early = seen.answered.filter(({ ask, status }) => ask.learns === 'waiting' && status === 202)
  const streams = seen.answered.filter(({ ask, status }) => ask.learns === 'streaming' && status === 202)
  const undocumented = seen.answered.filter((one) => !isDocumented(one))
  return [
    ...seen.violations,
    ...again.map(([why, count]) => `asked again ${count} times on ${why}`),
    ...early.map(({ ask }) => `user ${ask.userId} waited for the outcome, and was told PENDING`),
    ...undocumented.map(({ ask, status, text }) => `user ${ask.userId} was told ${status} ${text ?? ''}`),
    ...(seen.streamedMs.length < streams.length
      ? [`${streams.length - seen.streamedMs.length} of ${streams.length} streams ended without the outcome`]
      : []),
  ]
}

const isDocumented = ({ status }: Answered) => status === 200 || status === 202 || status === 409
