import { spawn } from 'node:child_process'
import { root, toolPath } from '../paths.ts'
import { StepError } from '../progress.ts'

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  /** Written to its standard input. */
  input?: string
  /** What to do when it fails. */
  advice?: string
  /** Shows what it writes instead of keeping it for the case of a failure. */
  show?: boolean
}

/** Runs a program to its end and returns its standard output; a failure carries the last lines of all that it wrote. */
export function run(
  command: string[],
  { cwd = root, env = {}, input, advice = '', show = false }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = command
    const child = spawn(file!, args, {
      cwd,
      env: { ...process.env, PATH: toolPath, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    const output: Buffer[] = []
    let written = ''
    const keep = (chunk: Buffer) => {
      written = (written + chunk).slice(-100_000)
    }
    child.stdout?.on('data', (chunk: Buffer) => {
      output.push(chunk)
      keep(chunk)
    })
    child.stderr?.on('data', keep)
    child.stdin?.end(input)
    const failed = (how: string) =>
      reject(new StepError(`${command.join(' ').slice(0, 200)} ${how}`, { advice, details: lastLines(written, 25) }))
    child.on('error', (error) => failed(`could not be started: ${error.message}`))
    child.on('close', (code, by) =>
      code === 0
        ? resolve(Buffer.concat(output).toString())
        : failed(by ? `was ended by ${by}` : `exited with ${code}`),
    )
  })
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
