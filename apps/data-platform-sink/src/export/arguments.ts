import { parseArgs } from 'node:util'
import type { Dates } from './days.ts'

export const usage = `Usage: data-platform export --from <date> --to <date> --out <folder>

Writes the facts of the orders that were confirmed from the first date to before the second as Parquet files, a file a day:

  <folder>/orders/date=2026-11-21/part-0.parquet
  <folder>/order_items/date=2026-11-21/part-0.parquet

  --from, --to <YYYY-MM-DD>  --from is part of the span, --to is not
  --out <folder>             made where it is missing
  --format parquet           the only one so far
  --time-zone <Area/City>    whose days these are; default UTC, where a date means the same to every reader and the tables
                             are partitioned likewise. Asia/Seoul compares with the daily boards. One zone a folder: each has
                             its own idea of where a date begins
  --json                     what was written, as JSON

Running it again replaces all dates of the span: whatever lies in their folders is removed, and the folder of a day that has no
orders as well. Nothing changes before all files are whole. Needs DATABASE_URL, where a role that may read is enough.

Exit codes: 0 written, 1 failed, 2 wrong arguments.`

/** The tool was not called as it wants to be. */
export class UsageError extends Error {}

export type Command = { name: 'help' } | ({ name: 'export'; out: string; json: boolean } & Dates)

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const options = {
  from: text,
  to: text,
  out: text,
  format: { ...text, default: 'parquet' },
  'time-zone': { ...text, default: 'UTC' },
  json: flag,
  help: { ...flag, short: 'h' },
} as const

/** @throws UsageError, with what is wrong. */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = parsed(args)
  if (values.help || positionals[0] === 'help') return { name: 'help' }
  if (positionals.length === 0) throw new UsageError('Say what to do: export')
  if (positionals.join(' ') !== 'export') throw new UsageError(`${positionals.join(' ')}: there is only 'export'`)
  if (values.format !== 'parquet') throw new UsageError(`--format ${values.format}: parquet is the only one so far`)
  const from = date('from', values.from)
  const to = date('to', values.to)
  if (to <= from) throw new UsageError(`--to ${to}: expected a date after --from, which is ${from}`)
  if (!values.out) throw new UsageError('--out is missing: the folder to write into')
  return { name: 'export', from, to, timeZone: timeZone(values['time-zone']), out: values.out, json: values.json }
}

function parsed(args: string[]) {
  try {
    // `pnpm data-platform -- export` hands the dashes on.
    return parseArgs({ args: args[0] === '--' ? args.slice(1) : args, allowPositionals: true, options })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}

function date(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is missing: a date such as 2026-11-01`)
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  // The 30th of February is read as the 2nd of March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(value) || value.startsWith('0000')) {
    throw new UsageError(`--${name} ${value}: expected a date such as 2026-11-01`)
  }
  return value
}

/** Names only: `+09:00` is east of Greenwich to some and west of it to Postgres. */
function timeZone(name: string): string {
  const isName = name === 'UTC' || /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)+$/.test(name)
  if (isName && isKnown(name)) return name
  throw new UsageError(`--time-zone ${name}: expected UTC or a name such as Asia/Seoul`)
}

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
