import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, writeSync } from 'node:fs'
import { isAlive, owner } from '../../ownership.mjs'
import { probe } from '../probes/probe.ts'
import { boundLog, openLog, replaceLog } from './log-file.ts'
import { endProcess, remains, signal } from './process-group.ts'
import type { ProcessSpec } from './process-spec.ts'
import { logFile, type ProcessState } from './state.ts'

const firstBackoffMs = 250
const lastBackoffMs = 10_000
/** Having run this long, a process that dies starts over with the shortest wait. */
const steadyMs = 30_000

/** What every process gets of our own environment; everything else it is told explicitly. */
const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'JAVA_HOME']

/** Keeps one process running: starts it, watches for readiness, starts it again when it dies, until told to stop. */
export class Supervised {
  spec: ProcessSpec
  readonly state: ProcessState
  #folder: string
  #changed: () => void
  #child: ChildProcess | undefined
  /** Resolves when it is known how the process that runs has ended. */
  #over: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #stopping = false
  #backoffMs = firstBackoffMs

  constructor(folder: string, spec: ProcessSpec, changed: () => void) {
    this.spec = spec
    this.#folder = folder
    this.#changed = changed
    this.state = {
      name: spec.name,
      port: spec.port,
      phase: 'waiting',
      cwd: spec.cwd,
      revision: spec.revision,
      restarts: 0,
    }
  }

  start(): void {
    const { spec, state } = this
    const [file, ...args] = spec.command
    const env = Object.fromEntries(inherited.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])))
    const log = openLog(logFile(this.#folder, spec.name))
    const child = spawn(file!, args, {
      cwd: spec.cwd,
      env: { ...env, ...spec.env },
      stdio: ['ignore', log, log],
      // A session of its own: a Ctrl-C in the terminal is not for it, and what it leaves behind can be found.
      detached: true,
    })
    this.#child = child
    state.startedAt = Date.now()
    state.phase = 'starting'
    if (child.pid !== undefined) state.process = owner(child.pid, spec.name)
    this.#changed()
    let ended = false
    const over = Promise.withResolvers<void>()
    this.#over = over.promise
    const end = (how: string) => {
      if (ended) return
      ended = true
      writeSync(log, `[supervisor] ${new Date().toISOString()} ${this.spec.name} ${how}\n`)
      closeSync(log)
      this.#ended(how)
      over.resolve()
    }
    child.on('error', (error) => end(`could not be started: ${error.message}`))
    child.on('exit', (code, by) => end(by ? `was ended by ${by}` : `exited with ${code}`))
    void this.#watch(child)
  }

  async #watch(child: ChildProcess): Promise<void> {
    while (this.#child === child && !this.#stopping) {
      const answers = await probe(this.spec.ready).then(
        () => true,
        () => false,
      )
      if (this.#child !== child || this.#stopping) return
      if (answers) {
        this.state.phase = 'ready'
        this.#changed()
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  #ended(how: string): void {
    const { state } = this
    const ranMs = Date.now() - (state.startedAt ?? 0)
    const was = state.process
    this.#child = undefined
    state.lastExit = how
    delete state.process
    if (was) for (const pid of remains(was, this.spec.cwd)) signal(pid, 'SIGKILL')
    if (this.#stopping) {
      state.phase = 'stopped'
      this.#changed()
      return
    }
    if (ranMs >= steadyMs) this.#backoffMs = firstBackoffMs
    state.phase = 'backoff'
    state.restarts += 1
    this.#changed()
    this.#timer = setTimeout(() => this.start(), this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, lastBackoffMs)
  }

  /** Goes on running, from now on under the name of another, which has ended; its log becomes the log of that name. */
  takePlace(spec: ProcessSpec, predecessor = 'was not running'): void {
    replaceLog(logFile(this.#folder, spec.name), logFile(this.#folder, this.spec.name))
    this.spec = spec
    Object.assign(this.state, { name: spec.name, predecessor })
  }

  boundLog(): void {
    boundLog(logFile(this.#folder, this.spec.name))
  }

  async stop(): Promise<void> {
    const { spec, state } = this
    this.#stopping = true
    clearTimeout(this.#timer)
    const running = state.process
    state.phase = running ? 'stopping' : 'stopped'
    this.#changed()
    if (running && isAlive(running)) {
      await endProcess(running, spec.cwd, { signal: spec.stopSignal, timeoutMs: spec.stopTimeoutMs })
      // It is gone before its exit code is told.
      await Promise.race([this.#over, new Promise((resolve) => setTimeout(resolve, 1_000))])
    }
    state.phase = 'stopped'
    delete state.process
    this.#changed()
  }
}
