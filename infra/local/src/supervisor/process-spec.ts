import { createHash } from 'node:crypto'
import type { Probe } from '../probes/probe.ts'

/** One process of the stack as data: all that the supervisor knows about it. */
export interface ProcessSpec {
  name: string
  command: string[]
  cwd: string
  /** Added to the few variables every process gets. */
  env: Record<string, string>
  port: number
  /** Started once these are ready, stopped before them. */
  after: string[]
  ready: Probe
  stopSignal: NodeJS.Signals
  /** After this long the process is killed. */
  stopTimeoutMs: number
  /** Of what it runs, where that is the release of a service. */
  release?: string
  /** Another revision of a running process is restarted. */
  revision: string
}

/** What should run, written by the commands and read by the supervisor on SIGHUP. */
export interface Wanted {
  processes: ProcessSpec[]
}

export function processSpec(
  spec: Omit<ProcessSpec, 'revision' | 'stopSignal' | 'stopTimeoutMs'> & Partial<ProcessSpec>,
  content = '',
): ProcessSpec {
  const whole = { stopSignal: 'SIGTERM' as const, stopTimeoutMs: 15_000, ...spec }
  const revision = createHash('sha256').update(JSON.stringify(whole)).update(content).digest('hex').slice(0, 16)
  return { ...whole, revision }
}

/** What will take the place of a process runs under this name until it does. */
export const nextOf = (name: string) => `${name}-next`
export const isNext = (name: string) => name.endsWith('-next')
