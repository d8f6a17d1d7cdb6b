import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
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
  /** What failed, and how. */
  failures?: Failure[]
}

export interface Failure {
  /** From the package's folder. */
  file: string
  /** Its full name, as it is nested. */
  test: string
  message: string
}

/** What vitest's JSON reporter writes, as far as we read it. */
interface Report {
  numTotalTests: number
  numPassedTests: number
  success: boolean
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[]
  }[]
}

/** The packages turbo will test, so that one that never gets to report is missed. */
export async function testedPackages(filters: string[]): Promise<TestedPackage[]> {
  const plan = await run(['turbo', 'run', 'test', '--dry=json', ...filters])
  const { tasks }: { tasks: { task: string; package: string; directory: string; command: string }[] } = JSON.parse(plan)
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
  const failures = failuresOf(report, folder)
  if (failed === 0 && !report.success)
    return { name, passed: report.numPassedTests, failed: 1, reason: 'failed outside its tests', failures }
  if (report.numTotalTests === 0) return { name, passed: 0, failed: 1, reason: 'ran no tests', failures }
  return { name, passed: report.numPassedTests, failed, failures }
}

/** Files that could not be run count with their own message. */
function failuresOf({ testResults }: Report, folder: string): Failure[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(folder, name)
    const failed = assertionResults.filter((one) => one.status !== 'passed')
    if (failed.length === 0 && status === 'failed') return [{ file, test: 'the file', message: message ?? '' }]
    return failed.map((one) => ({
      file,
      test: one.fullName,
      message:
        one.failureMessages?.join('\n') || `was ${one.status}; if a hook failed, the output of its package says how`,
    }))
  })
}

/** One paragraph for each failed test: a run's output is long, and its end is what is read. */
export function describeFailures(counts: TestCount[]): string {
  const lines = counts.flatMap(({ name, failures = [] }) =>
    failures.map(({ file, test, message }) => `${name} ${file}: ${test}\n${indented(message)}\n`),
  )
  return lines.length === 0 ? '' : `\nFailed:\n\n${lines.join('\n')}`
}

const mostLines = 12
const isForeignFrame = (line: string) => /^\s+at /.test(line) && /node_modules|node:|<anonymous>/.test(line)
const indented = (text: string) =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !isForeignFrame(line))
    .slice(0, mostLines)
    .map((line) => `    ${line}`)
    .join('\n')

export function total(counts: TestCount[]): { passed: number; failed: number } {
  return {
    passed: counts.reduce((sum, one) => sum + one.passed, 0),
    failed: counts.reduce((sum, one) => sum + one.failed, 0),
  }
}
