import { constants } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Lease, leaseTestStack, reportTo } from '@firstcome/local'
import { benchServers } from './arena/servers.ts'
import { couponParts, couponsBench, type PartName } from './coupons/bench.ts'
import { profileApi, profileWorker } from './coupons/profile/profile.ts'
import { kafkaBench } from './kafka/bench.ts'
import { endAll } from './measure/endings.ts'
import { type Report, tables, writeReport } from './measure/report.ts'

/**
 * `npm run bench -- kafka [--quick]`, `npm run bench -- coupons [part …] [--quick] [--scale n] [--minutes n]`: measures, prints tables, and
 * writes `bench/results/<name>.json` and `.md`. A quick run writes nothing, its figures mean nothing; nor does one of some parts
 * only, or at another scale (0.1: a tenth of the requests). `npm run bench -- coupons profile [api]`: where the time of the worker, or of the API, goes. The servers are those of the tests; they stop
 * again with whoever leaves last.
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

/** Undefined where the result is no report. */
type Benchmark = (lease: Lease) => Promise<Report | undefined>

const benchmark = choose()
if (!benchmark || !(minutes === undefined || minutes > 0) || !(scale > 0)) {
  console.error(
    `Which benchmark? There are: kafka, coupons (or of it: ${Object.keys(couponParts).join(', ')}, profile)`,
  )
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
  const report = await benchmark(lease)
  if (report) tell(report)
} catch (error) {
  // What fails after an interrupt fails because of it.
  if (!left) throw error
} finally {
  await leave()
}

function choose(): Benchmark | undefined {
  const isPart = (part: string): part is PartName => Object.hasOwn(couponParts, part)
  if (name === 'kafka' && parts.length === 0) {
    return ({ stack }) => kafkaBench({ brokers: [stack.brokers], registryUrl: stack.registryUrl }, { quick, say })
  }
  if (name !== 'coupons') return undefined
  if (parts[0] === 'profile') {
    const profile = { '': profileWorker, api: profileApi }[parts.slice(1).join()]
    if (!profile) return undefined
    return async ({ stack }) => {
      console.log(await profile(benchServers(stack), { quick, say, scale }))
      return undefined
    }
  }
  if (!parts.every(isPart)) return undefined
  return ({ stack }) =>
    couponsBench(benchServers(stack), { quick, say, minutes, scale, ...(parts.length > 0 && { parts }) })
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
