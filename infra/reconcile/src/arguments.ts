import { parseArgs } from 'node:util'

export const usage = `reconcile [--from <time>] [--to <time>] [--grace <time>] [--stuck <time>] [--json]

Compares what payment-api, order-service, data-platform-sink and ranking-service have written down of the same orders: placed =
payable, paid = confirmed + refunded + in flight, confirmed = stored = counted, boards = sums of their orders. Changes
nothing; the system may go on meanwhile.

  --from, --to   which orders, by the time they were placed: an ISO time, or how long ago: 90m, 2h, 3d; --from all: every order.
                 Default: the last 24 hours
  --grace        what happened so short a time ago may still be on its way; default 60s
  --stuck        what waits for the provider of payments, or in an outbox, for longer is a finding; default 1h
  --json         for programs

Needs PAYMENT_DATABASE_URL, ORDERS_DATABASE_URL, DATA_PLATFORM_DATABASE_URL and REDIS_URL, where roles that may read are enough, and
ranking-service's REDIS_KEY_PREFIX and RANKING_ settings.

Exit codes: 0 no difference, 1 differences, 2 it could not run.`

/** The tool was not called as it wants to be. */
export class UsageError extends Error {}

export interface Wanted {
  help: boolean
  json: boolean
  /** Epoch milliseconds. */
  from: number
  /** Not there: until now. */
  to?: number
  graceMs: number
  stuckMs: number
}

const DAY_MS = 86_400_000
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS }

/** @throws {UsageError} that says what is wrong. */
export function parseArguments(args: string[], now: number): Wanted {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parse(() =>
    parseArgs({
      // `pnpm reconcile -- --from 2h` hands the dashes on.
      args: args[0] === '--' ? args.slice(1) : args,
      options: { from: text, to: text, grace: text, stuck: text, json: flag, help: { ...flag, short: 'h' } },
    }),
  )
  const from = values.from === undefined ? now - DAY_MS : values.from === 'all' ? 0 : timeOf('from', values.from, now)
  const to = values.to === undefined ? undefined : timeOf('to', values.to, now)
  if ((to ?? now) <= from) throw new UsageError('--from must be before --to')
  return {
    help: values.help,
    json: values.json,
    from,
    ...(to !== undefined && { to }),
    graceMs: durationOf('grace', values.grace ?? '60s'),
    stuckMs: durationOf('stuck', values.stuck ?? '1h'),
  }
}

function timeOf(option: string, given: string, now: number): number {
  const ago = milliseconds(given)
  if (ago !== undefined) return now - ago
  const time = /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(time))
    throw new UsageError(`--${option} ${given}: expected an ISO time, or how long ago: 90m, 2h, 3d`)
  return time
}

function durationOf(option: string, given: string): number {
  const duration = milliseconds(given)
  if (duration === undefined) throw new UsageError(`--${option} ${given}: expected a time such as 45s, 10m, 2h`)
  return duration
}

function milliseconds(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
}

function parse<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
