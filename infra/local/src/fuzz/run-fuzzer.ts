import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pythonTools } from '../downloads/python.ts'
import { root } from '../paths.ts'
import { step } from '../progress.ts'
import type { Stack } from '../stack.ts'
import { writeFileAtomic, writeJson } from '../system/json-file.ts'
import { type FuzzReport, readReport } from './report.ts'
import { fuzzSettings } from './settings.ts'
import { prepareWorld } from './world.ts'

export interface FuzzPlan {
  /** What is asked for follows from it; the answers do not. */
  seed: number
  /** After so many no further request is begun. */
  seconds: number
  /** Path of the OpenAPI document. */
  document: string
}

/**
 * Asks everything that docs/openapi.yaml describes, right and wrong, through the gateway of a running system, and holds each answer
 * to the document. Its files are in `fuzz/` of the stack's folder. @throws StepError where it could not run
 */
export async function runFuzzer(target: Stack, plan: FuzzPlan): Promise<FuzzReport> {
  const tools = await pythonTools(join(root, 'infra/python/requirements.txt'))
  const folder = join(target.folder, 'fuzz')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const place = (name: string) => join(folder, name)

  const world = await prepareWorld(target)
  writeFileAtomic(place('schemathesis.toml'), fuzzSettings(world))
  writeJson(place('people.json'), { ...world, seed: plan.seed })
  try {
    const command = [
      ...['--config-file', place('schemathesis.toml'), 'run', plan.document],
      ...['--url', target.gatewayUrl, '--seed', String(plan.seed), '--max-time', String(plan.seconds)],
      ...['--report', 'json', '--report-json-path', place('report.json'), '--no-color'],
    ]
    const code = await step(`fuzz for ${plan.seconds} s`, () =>
      runQuietly([tools.bin('schemathesis'), ...command], folder, place('output.txt'), {
        FUZZ_PEOPLE: place('people.json'),
        FUZZ_SEEN: place('answers.json'),
        SCHEMATHESIS_HOOKS: join(root, 'infra/fuzz/answers.py'),
        // Nothing is to be left in the tree.
        PYTHONDONTWRITEBYTECODE: '1',
      }),
    )
    return readReport(folder, code)
  } finally {
    rmSync(place('people.json'), { force: true })
  }
}

/** Resolves to its exit code; what it writes goes to a file. */
async function runQuietly(
  command: string[],
  cwd: string,
  output: string,
  env: Record<string, string>,
): Promise<number> {
  const [program, ...args] = command
  const child = spawn(program!, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const file = createWriteStream(output)
  child.stdout.pipe(file, { end: false })
  child.stderr.pipe(file, { end: false })
  const [code] = (await once(child, 'close')) as [number | null]
  file.end()
  await once(file, 'finish')
  return code ?? 128
}
