import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { readJson } from '../system/json-file.ts'
import { run } from '../system/run.ts'

export interface TestedPackage {
  name: string
  folder: string
}

export interface TestCount {
  name: string
  passed: number
  failed: number
  /** Why a package counts as failed that has no failed test. */
  reason?: string
}

/** What vitest's JSON reporter writes, as far as we read it. */
interface Report {
  numTotalTests: number
  numPassedTests: number
  success: boolean
}

/** The packages turbo will test, so that one that never gets to report is missed. */
export async function testedPackages(filters: string[]): Promise<TestedPackage[]> {
  const plan = await run(['turbo', 'run', 'test', '--dry=json', ...filters])
  const { tasks }: { tasks: { task: string; package: string; directory: string; command: string }[] } = JSON.parse(
    plan.slice(plan.indexOf('{')),
  )
  return tasks
    .filter((one) => one.task === 'test' && one.command !== '<NONEXISTENT>')
    .map((one) => ({ name: one.package, folder: join(root, one.directory) }))
}

/** A skipped test counts as failed: it proves nothing. So does a package that ended without a report. */
export function countTests({ name, folder }: TestedPackage): TestCount {
  const path = join(folder, 'test-results/vitest.json')
  const report = existsSync(path) ? readJson<Report>(path) : undefined
  if (!report) return { name, passed: 0, failed: 1, reason: 'left no report' }
  const failed = report.numTotalTests - report.numPassedTests
  if (failed === 0 && !report.success)
    return { name, passed: report.numPassedTests, failed: 1, reason: 'failed outside its tests' }
  if (report.numTotalTests === 0) return { name, passed: 0, failed: 1, reason: 'ran no tests' }
  return { name, passed: report.numPassedTests, failed }
}

export function total(counts: TestCount[]): { passed: number; failed: number } {
  return {
    passed: counts.reduce((sum, one) => sum + one.passed, 0),
    failed: counts.reduce((sum, one) => sum + one.failed, 0),
  }
}
