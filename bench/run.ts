import { constants } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { leaseTestStack, reportTo } from '@firstcome/local'
import { benchmarks } from './benchmarks.ts'
import { endAll } from './measure/endings.ts'
import { type Report, tables, writeReport } from './measure/report.ts'

/**
 * `npm run bench -- <name> [part …] [--quick] [--scale n] [--minutes n]`: measures, prints tables, and writes
 * `bench/results/<name>.json` and `.md`. A quick run writes nothing, its figures mean nothing; nor does one of some parts only,
 * or at another scale (0.1: a tenth of the requests). `npm run bench -- coupons profile [api]`: where the time of the worker, or
 * of the API, goes; `orders profile [service]`: payment-api's, or another's. The servers are those of the tests; they stop again with whoever leaves last.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    scale: { type: 'string', default: '1' },
  },
})
const [name = '', ...parts] = positionals
const { quick } = values
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
const scale = Number(values.scale)
const say = (line: string) => process.stderr.write(`${line}\n`)

const run = Object.hasOwn(benchmarks, name) ? benchmarks[name]!.run(parts) : undefined
if (!run || !(minutes === undefined || minutes > 0) || !(scale > 0)) {
  const there = Object.entries(benchmarks).map(([name, { parts }]) =>
    parts.length > 0 ? `${name} (or of it: ${parts.join(', ')})` : name,
  )
  console.error(`Which benchmark? There are: ${there.join('; ')}`)
  process.exit(2)
}

// Between two rounds, so that nobody pays for the garbage of the one before.
setFlagsFromString('--expose-gc')
global.gc = runInNewContext('gc')

reportTo(process.stderr)
const lease = await leaseTestStack(`npm run bench -- ${name}`)
let left: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void interrupted(signal))
try {
  const result = await run(lease, { quick, scale, minutes, say })
  if (typeof result === 'string') console.log(result)
  else tell(result)
} catch (error) {
  // What fails after an interrupt fails because of it.
  if (!left) throw error
} finally {
  await leave()
}

function tell(report: Report): void {
  console.log(tables(report))
  if (quick || parts.length > 0 || scale !== 1) return
  const folder = join(import.meta.dirname, 'results')
  writeReport(folder, report)
  say(`\nwritten: ${join(folder, name)}.json and .md`)
}

/** Nothing that was begun outlives the run. */
function leave(): Promise<void> {
  left ??= endAll().finally(() => lease.release())
  return left
}

async function interrupted(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  if (left) return
  say(`${signal}: ending what was begun`)
  await leave()
  process.exit(128 + constants.signals[signal])
}
