import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { LockHeldError, lock } from '../../ownership.mjs'
import { leaseTestStack } from '../lease.ts'
import { root, toolPath } from '../paths.ts'
import { StepError, say } from '../progress.ts'
import { stack } from '../stack.ts'
import { table } from '../table.ts'
import { countTests, describeFailures, type TestedPackage, testedPackages, total } from './test-reports.ts'

interface TestRun {
  what: string
  packages: TestedPackage[]
  /** Arguments of `turbo run test`. */
  args: string[]
  env?: Record<string, string>
}

/** Tests the whole workspace, or what turbo's filters in `args` select, against one set of servers. Ends with `N passed, N failed`. */
export async function test(args: string[]): Promise<number> {
  return alone('npm test', async (what) => runAll({ what, packages: await testedPackages(args), args }))
}

/** The fault tests alone, in their long form: longer outages, more records, several seeds. Filters and the end as in `test`. */
export async function testFaults(args: string[]): Promise<number> {
  return alone('npm run test:faults', async (what) => {
    const packages = (await testedPackages(args)).filter(
      ({ folder }) => globSync(faultTests, { cwd: folder }).length > 0,
    )
    if (packages.length === 0) throw new StepError('There are no fault tests in what was selected.')
    const filters = packages.map(({ name }) => `--filter=${name}`)
    const vitest = ['--', '.faults.test.', `--testTimeout=${faultTestTimeoutMs}`]
    return runAll({ what, packages, args: [...filters, ...vitest], env: { FIRSTCOME_FAULTS: 'long' } })
  })
}

const faultTests = '{*,{src,test}/**/*}.faults.test.ts'
/** Several outages of up to 20 s, for each of several seeds, each with what it takes to recover. */
const faultTestTimeoutMs = 900_000

/** One test run at a time. */
async function alone(what: string, work: (what: string) => Promise<number>): Promise<number> {
  const release = await lock(join(stack('test').folder, 'test-run'), { what, waitMs: 0 }).catch((error) => {
    if (!(error instanceof LockHeldError)) throw error
    throw new StepError(`Another test run is under way in this clone (process ${error.holder.pid}).`, {
      advice: 'Wait until it has ended: two would fight for the same processor and neither would tell the truth.',
    })
  })
  try {
    return await work(what)
  } finally {
    release()
  }
}

async function runAll({ what, packages, args, env = {} }: TestRun): Promise<number> {
  let interrupted: NodeJS.Signals | undefined
  let turbo: ReturnType<typeof spawn> | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      interrupted = name
      turbo?.kill(name)
    })
  }
  // A report of an earlier run must not speak for a package that crashes in this one.
  for (const one of packages) rmSync(join(one.folder, 'test-results'), { recursive: true, force: true })
  const lease = await leaseTestStack(what)
  try {
    if (!interrupted) {
      turbo = spawn('turbo', ['run', 'test', '--concurrency=1', '--continue', ...args], {
        cwd: root,
        env: { ...process.env, ...env, PATH: toolPath, FIRSTCOME_TEST_REPORT: '1', FIRSTCOME_STACK: 'up' },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      await once(turbo, 'exit')
    }
  } finally {
    await lease.release()
  }
  const counts = packages.map(countTests)
  const all = total(counts)
  say(`\n${table([['package', 'passed', 'failed'], ...counts.map((one) => [one.name, one.passed, one.failed])])}`)
  const failures = describeFailures(counts)
  if (failures) say(failures)
  for (const { name, reason } of counts) if (reason) say(`${name}: ${reason}`)
  say(`${all.passed} passed, ${all.failed} failed`)
  if (interrupted) return 128 + constants.signals[interrupted]
  return all.failed === 0 && all.passed > 0 ? 0 : 1
}
