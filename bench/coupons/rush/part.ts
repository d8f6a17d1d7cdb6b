import { closedLoop } from '../../load/closed-loop.ts'
import { openLoop } from '../../load/open-loop.ts'
import { compete } from '../../measure/contest.ts'
import { type Figures, percentile } from '../../measure/figures.ts'
import { until } from '../../measure/until.ts'
import { type CouponPath, openCouponPath } from '../arena/coupon-path.ts'
import { type Ask, prepareAsks } from '../asks.ts'
import type { Part } from '../part.ts'
import { followOutcomes, type Outcomes } from './outcomes.ts'

const CONNECTIONS = 256
/** A rush whose requests all get a coupon: the most that a decision can cost. */
const WITHOUT_END = 1_000_000_000

interface Rush {
  path: CouponPath
  ask: Ask
  outcomes: Outcomes
  rate: number
  count: number
  /** A policy that nobody has asked for yet, for each so many requests: nobody asks twice for one. */
  users: number
}

/** From a request to its outcome, at half of what the whole path takes at most, each request at its time whatever the answers do. */
export const rushPart: Part = async function* (servers, { from, rounds, rush: { rate, seconds, users } }, say) {
  say('  … tokens')
  const ask = await prepareAsks(servers, users)
  const path = await openCouponPath(servers, from)
  const outcomes = await followOutcomes(path.arena)
  try {
    say('  … the peak')
    const peak = rate === undefined ? await peakRate(path, ask, seconds / 4, users) : rate * 2
    const half = Math.floor(peak / 2)
    say(`  … at ${half} requests a second`)
    const rush: Rush = { path, ask, outcomes, rate: half, count: Math.floor(half * seconds), users }
    const contestants = [
      { name: 'outcome in its topic', round: () => toTopic(rush) },
      { name: 'answer to Prefer: wait=5', round: () => toAnswer(rush) },
    ]
    const title = `From a request to its outcome, ${half} requests a second (half of the peak)`
    yield await compete(title, contestants[0]!.name, { rounds }, contestants)
  } finally {
    await outcomes.close()
    await path.close()
  }
}

/** Requests a second with decisions going on. */
async function peakRate(path: CouponPath, ask: Ask, seconds: number, users: number): Promise<number> {
  let asked = 0
  let policy = await path.createPolicy(WITHOUT_END)
  const following = await path.createPolicy(WITHOUT_END)
  const next = () => {
    if (asked === users) policy = following
    return ask(asked++, policy)
  }
  const load = { urls: [path.api.url], connections: CONNECTIONS, next, status: 202 }
  const { figures } = await closedLoop({ ...load, seconds })
  return figures['requests/s']
}

async function policiesOf({ path, count, users }: Rush): Promise<number[]> {
  const policies: number[] = []
  for (let n = 0; n < count; n += users) policies.push(await path.createPolicy(WITHOUT_END))
  return policies
}

/** The outcome's record, as it arrives at somebody who follows the topics. */
async function toTopic(rush: Rush): Promise<Figures> {
  const { path, ask, outcomes, rate, count, users } = rush
  const policies = await policiesOf(rush)
  outcomes.seenAt.clear()
  const dueOf = new Map<string, number>()
  const answers: number[] = []
  await openLoop({
    url: path.api.url,
    rate,
    count,
    ask: (n) => ask(n, policies[Math.floor(n / users)]!),
    answered({ status, body }, due) {
      answers.push(performance.now() - due)
      if (status !== 202) throw new Error(`${status}: ${body}`)
      dueOf.set((JSON.parse(body.toString()) as { requestId: string }).requestId, due)
    },
  })
  const missing = () => [...dueOf.keys()].filter((id) => !outcomes.seenAt.has(id)).length
  await until('an outcome of every request', () => missing() === 0, { told: () => `${missing()} have none` })
  const taken = [...dueOf].map(([id, due]) => outcomes.seenAt.get(id)! - due)
  return figuresOf(taken, answers)
}

/** The outcome as the user learns it, who holds the line. */
async function toAnswer(rush: Rush): Promise<Figures> {
  const { path, ask, rate, count, users } = rush
  const policies = await policiesOf(rush)
  const taken: number[] = []
  await openLoop({
    url: path.api.url,
    rate,
    count,
    ask: (n) => ask(n, policies[Math.floor(n / users)]!, 'Prefer: wait=5\r\n'),
    answered({ status, body }, due) {
      taken.push(performance.now() - due)
      if (status !== 200) throw new Error(`${status}: ${body}`)
    },
  })
  return figuresOf(taken, taken)
}

const figuresOf = (outcomes: number[], answers: number[]): Figures => ({
  'p99 ms': percentile(outcomes, 99),
  'p50 ms': percentile(outcomes, 50),
  'answer p50 ms': percentile(answers, 50),
  'answer p99 ms': percentile(answers, 99),
})
