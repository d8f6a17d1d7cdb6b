import { randomInt } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describeReport } from '../fuzz/report.ts'
import { runFuzzer } from '../fuzz/run-fuzzer.ts'
import { root } from '../paths.ts'
import { StepError, say } from '../progress.ts'
import { stack } from '../stack.ts'
import { runningSupervisor } from '../supervisor/control.ts'
import { UsageError } from './usage-error.ts'
import { whichStack } from './which-stack.ts'

const usage =
  'Usage: npm run fuzz -- [--minutes <1 to 60, 3 by default>] [--seed <whole number>] [--document <file>] [--test]'

/**
 * Asks the running system everything that docs/openapi.yaml describes, right and wrong, for some minutes, and compares the answers with
 * the document. Ends with 0 when all were as it says, 1 when one was not, 2 for wrong arguments.
 */
export async function fuzz(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      document: { type: 'string', default: join(root, 'docs/openapi.yaml') },
      test: { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 60) || !/^\d{1,9}$/.test(values.seed)) throw new UsageError(usage)

  const target = stack(whichStack(values))
  const processes = runningSupervisor(target)?.processes.map(({ name }) => name) ?? []
  if (!processes.includes('gateway')) throw new StepError(`The ${target.name} system is not running (npm start).`)

  const seed = Number(values.seed)
  const document = resolve(values.document)
  say(`Fuzzing ${target.gatewayUrl} against ${relative(root, document)}, seed ${seed}`)
  const report = await runFuzzer(target, { document, seed, seconds: Math.ceil(minutes * 60) })
  if (report.findings.length > 0) say(`\n${report.output.replaceAll(/^(.{1000}).+$/gm, '$1 …')}`)
  say(describeReport(report).join('\n'))
  say(`All of it: ${join(relative(root, report.folder), 'output.txt')}`)
  return report.findings.length === 0 ? 0 : 1
}
