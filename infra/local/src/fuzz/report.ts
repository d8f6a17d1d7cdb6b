import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StepError } from '../progress.ts'
import { readJson } from '../system/json-file.ts'
import { lastLines } from '../system/run.ts'

/** One kind of thing that is wrong. */
export interface Finding {
  /** `ST103` and the like: `schemathesis explain ST103` says more. */
  code: string
  title: string
  operations: string[]
  count: number
}

export interface FuzzReport {
  /** Of docs/openapi.yaml that were asked, of all. */
  operations: { tested: number; all: number }
  cases: number
  findings: Finding[]
  /** Documented statuses that were never answered are not in it. */
  answers: { operation: string; status: number; count: number }[]
  /** Everything the fuzzer said: each finding with a curl command that repeats it. */
  output: string
  folder: string
}

/** As schemathesis writes it, as far as it is read here. */
interface Written {
  operations: { tested: number; total: number }
  test_cases: { generated: number }
  failures: Finding[]
  /** What could not be asked: a fault of the fuzzer's own, or a connection that broke. */
  errors: { title: string; count: number }[]
}

/** What a run found. @throws StepError where it did not get so far as to look */
export function readReport(folder: string, exitCode: number): FuzzReport {
  const output = readFileSync(join(folder, 'output.txt'), 'utf8')
  const written = readJson<Written>(join(folder, 'report.json'))
  const answers = readJson<FuzzReport['answers']>(join(folder, 'answers.json'))
  if (written === undefined || answers === undefined || exitCode > 1) {
    throw new StepError(`The fuzzer ended with ${exitCode} and did not look at everything.`, {
      details: lastLines(output, 40),
    })
  }
  const errors = written.errors.map((error) => ({ code: 'not asked', operations: ['see the output'], ...error }))
  return {
    operations: { tested: written.operations.tested, all: written.operations.total },
    cases: written.test_cases.generated,
    findings: [...written.failures, ...errors],
    answers,
    output,
    folder,
  }
}

/** A summary for people. */
export function describeReport({ operations, cases, findings, answers }: FuzzReport): string[] {
  const statuses = new Map<number, number>()
  for (const { status, count } of answers) statuses.set(status, (statuses.get(status) ?? 0) + count)
  const answered = [...statuses].sort(([one], [other]) => one - other)
  return [
    `${operations.tested} of ${operations.all} operations, ${cases} requests with ${answers.length} kinds of answers (operation and status):`,
    `  ${answered.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    ...findings.map(
      ({ code, title, operations: where, count }) => `✗ ${code} ${title} (${count}): ${where.join(', ')}`,
    ),
    findings.length === 0 ? 'Every answer was as the document says.' : `${findings.length} findings.`,
  ]
}
