import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { LockHeldError, lock } from '../../ownership.mjs'
import { leaseTestStack } from '../lease.ts'
import { root, toolPath } from '../paths.ts'
import { StepError, say } from '../progress.ts'
import { stack } from '../stack.ts'
import { table } from '../table.ts'
import { countTests, testedPackages, total } from './test-reports.ts'

/** Tests the whole workspace, or what turbo's filters in `args` select, against one set of servers. Ends with `N passed, N failed`. */
export async function test(args: string[]): Promise<number> {
  const release = await lock(join(stack('test').folder, 'test-run'), { what: 'npm test', waitMs: 0 }).catch((error) => {
    if (!(error instanceof LockHeldError)) throw error
    throw new StepError(`Another test run is under way in this clone (process ${error.holder.pid}).`, {
      advice: 'Wait until it has ended: two would fight for the same processor and neither would tell the truth.',
    })
  })
  try {
    return await runAll(args)
  } finally {
    release()
  }
}

async function runAll(args: string[]): Promise<number> {
  let interrupted: NodeJS.Signals | undefined
  let turbo: ReturnType<typeof spawn> | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      interrupted = name
      turbo?.kill(name)
    })
  }
  const packages = await testedPackages(args)
  // A report of an earlier run must not speak for a package that crashes in this one.
  for (const one of packages) rmSync(join(one.folder, 'test-results'), { recursive: true, force: true })
  const lease = await leaseTestStack('npm test')
  try {
    if (!interrupted) {
      turbo = spawn('turbo', ['run', 'test', '--concurrency=1', '--continue', ...args], {
        cwd: root,
        env: { ...process.env, PATH: toolPath, FIRSTCOME_TEST_REPORT: '1', FIRSTCOME_STACK: 'up' },
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
  for (const { name, reason } of counts) if (reason) say(`${name}: ${reason}`)
  say(`${all.passed} passed, ${all.failed} failed`)
  if (interrupted) return 128 + constants.signals[interrupted]
  return all.failed === 0 && all.passed > 0 ? 0 : 1
}
