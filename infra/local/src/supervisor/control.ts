import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../../ownership.mjs'
import { root } from '../paths.ts'
import { StepError, step } from '../progress.ts'
import type { Stack } from '../stack.ts'
import { readJson, writeJson } from '../system/json-file.ts'
import { requireFreePorts } from '../system/ports.ts'
import { lastLines } from '../system/run.ts'
import { openLog } from './log-file.ts'
import { endProcess, gone, signal } from './process-group.ts'
import { isNext, nextOf, type ProcessSpec, type Wanted } from './process-spec.ts'
import { logFile, type ProcessState, readState, supervisorVersion, wantedFile } from './state.ts'

/** The supervisor that runs a stack, if one does. */
export function runningSupervisor(stack: Stack) {
  const state = readState(stack.folder)
  return isAlive(state?.supervisor) ? state : undefined
}

/**
 * Tells the supervisor what should run, besides what already does (or instead of it: `only`), starting a supervisor first
 * where none runs. Returns as soon as it has been told.
 */
export async function want(stack: Stack, specs: ProcessSpec[], { only = false } = {}): Promise<void> {
  const state = runningSupervisor(stack)
  if (!state) await clearGround(stack)
  const ours = new Set(state?.processes.filter((one) => isAlive(one.process)).map(({ port }) => port))
  await requireFreePorts(
    specs.filter(({ port }) => !ours.has(port)),
    stack.offset,
  )
  const before = (state && !only && readJson<Wanted>(wantedFile(stack.folder))?.processes) || []
  const kept = before.filter((one) => !specs.some((spec) => spec.name === one.name))
  const wanted: Wanted = { processes: inStartOrder([...kept, ...specs]) }
  writeJson(wantedFile(stack.folder), wanted)
  writeJson(join(stack.folder, 'ports.json'), { baseOffset: stack.offset })
  if (state) signal(state.supervisor.pid, 'SIGHUP')
  else await startSupervisor(stack)
}

/** Has the processes of these names stopped, and returns when they are; nothing happens where there are none. */
export async function dismiss(stack: Stack, whom: (name: string) => boolean): Promise<void> {
  const specs = wantedOf(stack)
  const kept = specs.filter(({ name }) => !whom(name))
  if (kept.length === specs.length) return
  await want(stack, kept, { only: true })
  while (runningSupervisor(stack)?.processes.some(({ name }) => whom(name))) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What the supervisor was told last to keep running; nothing where no supervisor runs. */
export function wantedOf(stack: Stack): ProcessSpec[] {
  return (runningSupervisor(stack) && readJson<Wanted>(wantedFile(stack.folder))?.processes) || []
}

/** Whether the supervisor that runs knows how one process takes the place of another; one that was started long ago may not. */
export const canReplace = (stack: Stack) => (runningSupervisor(stack)?.version ?? 1) >= supervisorVersion

/** Resolves when what runs is what was wanted last, even if whoever wanted it was killed before it could say so. */
export async function settled(stack: Stack, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (let told = false; ; told = true) {
    const now = runningSupervisor(stack)
    const differs = (spec: ProcessSpec) =>
      now?.processes.every((one) => one.name !== spec.name || one.revision !== spec.revision)
    if (!now || !wantedOf(stack).some(differs)) return
    if (!told) signal(now.supervisor.pid, 'SIGHUP')
    if (Date.now() > deadline) throw new StepError('The supervisor does not do what it is told.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Has those that run under the next names of these take their places: each of those that they replace is asked to stop, and
 * when all of them have, the names change hands. Returns how those ended, in words, by name.
 */
export async function succeed(stack: Stack, specs: ProcessSpec[], timeoutMs = 60_000): Promise<Map<string, string>> {
  const inPlace = wantedOf(stack)
    .filter(({ name }) => specs.every((one) => name !== nextOf(one.name)))
    .map((before) => specs.find(({ name }) => name === before.name) ?? before)
  await want(stack, [...inPlace, ...specs.filter((one) => !inPlace.includes(one))], { only: true })
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const now = runningSupervisor(stack)?.processes
    if (!now) throw new StepError('The supervisor has died.', { details: logTail(stack, 'supervisor') })
    const done = specs.flatMap((spec) => now.filter((one) => one.name === spec.name && one.revision === spec.revision))
    if (done.length === specs.length) return new Map(done.map((one) => [one.name, one.predecessor ?? 'unknown']))
    if (Date.now() > deadline)
      throw new StepError(`${specs[0]?.name} has not been replaced after ${timeoutMs / 1_000} s.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Before anything of a stack starts: nothing of an earlier run is left. */
export async function clearGround(stack: Stack): Promise<void> {
  if (leftRunning(stack).length > 0) await step('end what a killed run left behind', () => endOrphans(stack))
}

function inStartOrder(specs: ProcessSpec[]): ProcessSpec[] {
  const ordered: ProcessSpec[] = []
  for (let left = specs; left.length > 0; ) {
    const next = left.filter((one) => one.after.every((name) => !left.some((other) => other.name === name)))
    if (next.length === 0) throw new Error(`these wait for each other: ${left.map((one) => one.name).join(', ')}`)
    ordered.push(...next)
    left = left.filter((one) => !next.includes(one))
  }
  return ordered
}

async function startSupervisor(stack: Stack): Promise<void> {
  mkdirSync(stack.folder, { recursive: true })
  rmSync(join(stack.folder, 'state.json'), { force: true })
  const log = openLog(logFile(stack.folder, 'supervisor'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'supervisor.ts'), stack.folder], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const deadline = Date.now() + 20_000
  while (!runningSupervisor(stack)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new StepError('The supervisor does not start.', { details: logTail(stack, 'supervisor') })
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export interface Patience {
  timeoutMs?: number
  /** How often one may die meanwhile and be started again. */
  deaths?: number
  signal?: AbortSignal
}

/** Resolves when each of the named processes runs in its wanted revision and is ready; rejects when one keeps dying or takes too long. */
export async function untilReady(
  stack: Stack,
  specs: ProcessSpec[],
  { timeoutMs = 120_000, deaths = 3, signal }: Patience = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  // What takes another's place starts anew: its first death counts, even one before the first look.
  const restartsAtFirst = new Map(specs.filter(({ name }) => isNext(name)).map(({ name }) => [name, 0]))
  for (;;) {
    signal?.throwIfAborted()
    const state = runningSupervisor(stack)
    if (!state) throw new StepError('The supervisor has died.', { details: logTail(stack, 'supervisor') })
    const missing = specs.filter((spec) => {
      const one = state.processes.find((candidate) => candidate.name === spec.name)
      if (one?.revision !== spec.revision) return true
      const restarts = one.restarts - (restartsAtFirst.get(spec.name) ?? one.restarts)
      if (!restartsAtFirst.has(spec.name)) restartsAtFirst.set(spec.name, one.restarts)
      if (restarts > deaths) throw notReady(stack, one, deaths === 0 ? 'does not start' : 'keeps dying')
      return one.phase !== 'ready'
    })
    if (missing.length === 0) return
    if (Date.now() > deadline) {
      const one = state.processes.find((candidate) => candidate.name === missing[0]!.name)
      throw notReady(stack, one ?? { name: missing[0]!.name }, `is not ready after ${timeoutMs / 1_000} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function notReady(stack: Stack, { name, lastExit }: Pick<ProcessState, 'name' | 'lastExit'>, how: string): StepError {
  return new StepError(`${name} ${how}${lastExit ? ` (it last ${lastExit})` : ''}.`, {
    advice: `Its whole log: ${logFile(stack.folder, name)}`,
    details: logTail(stack, name),
  })
}

export function logTail(stack: Stack, name: string, lines = 25): string {
  const path = logFile(stack.folder, name)
  return existsSync(path) ? lastLines(readFileSync(path, 'utf8'), lines) : ''
}

/** Stops everything of a stack, whoever still runs of it; true when there was something. */
export async function stopAll(stack: Stack): Promise<boolean> {
  const state = runningSupervisor(stack)
  if (state) {
    signal(state.supervisor.pid, 'SIGTERM')
    // Longer than the slowest layers of processes may take together.
    if (!(await gone(state.supervisor, 90_000))) {
      await endProcess(state.supervisor, root, { signal: 'SIGKILL', timeoutMs: 1_000 })
    }
  }
  const orphans = await endOrphans(stack)
  rmSync(wantedFile(stack.folder), { force: true })
  rmSync(join(stack.folder, 'ports.json'), { force: true })
  return state !== undefined || orphans > 0
}

/** What runs of a stack whose supervisor is gone. */
export function leftRunning(stack: Stack): ProcessState[] {
  if (runningSupervisor(stack)) return []
  return (readState(stack.folder)?.processes ?? []).filter((one) => one.process)
}

/** Ends it, last started first: each by its own pid, and only while it is still that process. */
async function endOrphans(stack: Stack): Promise<number> {
  let ended = 0
  for (const { process: recorded, cwd, name } of leftRunning(stack).reverse()) {
    if (!recorded) continue
    if (isAlive(recorded)) ended += 1
    await endProcess(recorded, cwd, { signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM', timeoutMs: 27_000 })
  }
  rmSync(join(stack.folder, 'state.json'), { force: true })
  return ended
}
