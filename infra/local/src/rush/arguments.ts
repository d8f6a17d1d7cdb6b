import { parseArgs } from 'node:util'
import { UsageError } from '../commands/usage-error.ts'
import type { RushPlan } from './plan.ts'

export const usage = `Usage: pnpm rush [options]        (npm run -s rush -- [options])

  --users <n>        how many different users ask                          10000
  --stock <n>        coupons of the new policy they ask for                 1000
  --policy <id>      ask for this policy instead of a new one
  --rate <n>         requests a second, at random moments, or "max":        1000
                     as many as the connections carry
  --repeats <share>  share of the requests that are a user's second one,     0.1
                     half of them under the Idempotency-Key of the first;
                     at most 0.5
  --requests <n>     requests in all, in place of --users or of --repeats
  --connections <n>  open connections at most; a request that finds none     256
                     free waits, and its latency counts from when it was due
  --first-user <id>  the users are this one and those that follow              1
  --no-audit         do not compare the log with the database afterwards
  --test             the test stack instead of the local one
  --help

A system with several processes of a service: FIRSTCOME_REPLICAS=coupon-api=3,coupon-worker=2 npm start`

export interface RushArguments {
  plan: RushPlan
  audit: boolean
  test: boolean
  help: boolean
}

/** @throws {UsageError} that says what is wrong, and what there is. */
export function readArguments(args: string[]): RushArguments {
  const values = parsed(args)
  const share = values.repeats === undefined ? undefined : number('repeats', values.repeats, 0, 0.5)
  const crowd = crowdOf(whole('users', values.users), whole('requests', values.requests), share)
  const couponPolicyId = whole('policy', values.policy)
  if (couponPolicyId !== undefined && values.stock !== undefined) {
    throw wrong('--stock is for a new policy; the stock of --policy is what is left of it.')
  }
  const rate = values.rate === 'max' ? undefined : number('rate', values.rate ?? '1000', 0.1, 100_000)
  return {
    plan: {
      ...crowd,
      coupons: whole('stock', values.stock) ?? 1_000,
      ...(couponPolicyId !== undefined && { couponPolicyId }),
      ...(rate !== undefined && { rate }),
      firstUserId: whole('first-user', values['first-user']) ?? 1,
      sockets: whole('connections', values.connections, 20_000) ?? 256,
      keys: 'some',
      patient: false,
      // About a thousand of each, in a rush that is large enough.
      sampleEvery: Math.max(20, Math.round(crowd.users / 1_000)),
    },
    audit: values.audit,
    test: values.test,
    help: values.help,
  }
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const
  const off = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({
      args,
      allowNegative: true,
      options: {
        users: text,
        stock: text,
        policy: text,
        rate: text,
        repeats: text,
        requests: text,
        connections: text,
        'first-user': text,
        audit: { type: 'boolean', default: true },
        test: off,
        help: off,
      },
    })
    return values
  } catch (error) {
    throw wrong((error as Error).message)
  }
}

/** Two of the three say the third. */
function crowdOf(
  users: number | undefined,
  requests: number | undefined,
  share: number | undefined,
): { users: number; askTwice: number } {
  if (requests === undefined) {
    const some = users ?? 10_000
    return { users: some, askTwice: Math.round(some / (1 - (share ?? 0.1))) - some }
  }
  const some = users ?? Math.round(requests * (1 - (share ?? 0.1)))
  const askTwice = requests - some
  if (askTwice < 0 || askTwice > some) {
    throw wrong(`${requests} requests of ${some} users: each of them asks once, or twice.`)
  }
  if (users !== undefined && share !== undefined && Math.abs(askTwice / requests - share) > 0.001) {
    throw wrong(`${requests} requests of ${users} users are a share of ${askTwice / requests} repeats, not ${share}.`)
  }
  return { users: some, askTwice }
}

function whole(name: string, text: string | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d*$/.test(text) || Number(text) > most) {
    throw wrong(
      `--${name} ${text}: expected a whole number from 1${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}.`,
    )
  }
  return Number(text)
}

function number(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= least && value <= most)) throw wrong(`--${name} ${text}: expected a number from ${least} to ${most}.`)
  return value
}

const wrong = (problem: string) => new UsageError(`${problem}\n\n${usage}`)
