import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { atEnd } from './at-end.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Child {
  pid: number
  /** Everything it wrote so far, stdout and stderr in the order they came. */
  output(): string
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined
  /** Resolves when it has ended. */
  ended: Promise<Exit>
  kill(signal?: NodeJS.Signals): void
}

const compiled = join(import.meta.dirname, '../node_modules/.cache/compiled')

/** Runs a TypeScript file with this Node, ended after the test file at the latest, in an environment that holds nothing but what is given and the bare necessities. */
export function runNode(file: string, env: Record<string, string | undefined>, args: string[] = []): Child {
  // Hundreds of processes load the same files: what one of them has compiled, the others need not compile again.
  const withCache = { NODE_COMPILE_CACHE: compiled, ...env }
  return runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], withCache)
}

/** The same for any program, by its path. */
export function runProgram(program: string, args: string[], env: Record<string, string | undefined>): Child {
  const { PATH, HOME, TMPDIR } = process.env
  const child: ChildProcess = spawn(program, args, {
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  let exit: Exit | undefined
  child.stdout!.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => output.push(text))
  // `close` rather than `exit`: by then the last of its output has been read.
  const ended = once(child, 'close').then(([code, signal]) => {
    exit = { code, signal }
    return exit
  })
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => void (exit === undefined && child.kill(signal))
  atEnd(async () => {
    kill()
    await ended
  })
  return {
    pid: child.pid!,
    output: () => output.join(''),
    exit: () => exit,
    ended,
    kill,
  }
}
