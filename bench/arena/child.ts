import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { atEnd } from '../measure/endings.ts'
import { until } from '../measure/until.ts'

export interface Child {
  pid: number
  /** Epoch milliseconds. */
  startedAt: number
  /** The last of what it wrote. */
  output(): string
  /** Throws with its output when it has ended. */
  alive(): void
  /** Its exit code; null where it ended otherwise. */
  ended: Promise<number | null>
  /** SIGTERM, and SIGKILL where that is not enough; resolves when it is gone. */
  stop(): Promise<void>
}

const OUTPUT = 200_000
const GRACE_MS = 30_000

/** Runs a program in an environment that holds nothing but what is given and the bare necessities. Ended by its own pid. */
export function spawnChild([program, ...args]: string[], env: Record<string, string>, cwd?: string): Child {
  const { PATH, HOME, TMPDIR, JAVA_HOME } = process.env
  let child: ChildProcess | undefined
  let over = false
  const end = (signal: NodeJS.Signals) => async () => {
    if (!over) child?.kill(signal)
    await ended
  }
  // At the end of everything nobody waits for a graceful stop.
  const kill = atEnd(end('SIGKILL'))
  const startedAt = Date.now()
  child = spawn(program!, args, {
    cwd,
    env: { PATH, HOME, TMPDIR, JAVA_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (text: string) => {
    output = (output + text).slice(-OUTPUT)
  }
  child.stdout!.setEncoding('utf8').on('data', keep)
  child.stderr!.setEncoding('utf8').on('data', keep)
  const ended = once(child, 'close').then(
    ([code]) => {
      over = true
      return code as number | null
    },
    (error: Error) => {
      over = true
      keep(error.message)
      return null
    },
  )
  return {
    pid: child.pid ?? 0,
    startedAt,
    output: () => output,
    ended,
    alive() {
      if (over) throw new Error(`${[program, ...args].join(' ')} ended:\n${output.slice(-5_000)}`)
    },
    async stop() {
      const patience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
      await end('SIGTERM')()
      clearTimeout(patience)
      await kill()
    },
  }
}

/** Waits until the child has written something that matches. */
export async function said(child: Child, pattern: RegExp, timeoutMs = 60_000): Promise<RegExpMatchArray> {
  let found: RegExpMatchArray | null = null
  await until(
    `${pattern} in its output`,
    () => {
      found = child.output().match(pattern)
      if (!found) child.alive()
      return found !== null
    },
    { timeoutMs, told: () => child.output().slice(-2_000) },
  )
  return found!
}

/** Runs a program to its end. @throws with its output unless it ends with 0. */
export async function runToEnd(command: string[], env: Record<string, string>, cwd?: string): Promise<void> {
  const child = spawnChild(command, env, cwd)
  const code = await child.ended
  await child.stop()
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${child.output().slice(-5_000)}`)
}
