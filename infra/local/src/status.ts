import { isAlive } from '../ownership.mjs'
import { probe } from './probes/probe.ts'
import { stack as define, type StackName } from './stack.ts'
import { runningSupervisor } from './supervisor/control.ts'
import type { Wanted } from './supervisor/process-spec.ts'
import { wantedFile } from './supervisor/state.ts'
import { readJson } from './system/json-file.ts'

export interface ComponentStatus {
  name: string
  pid?: number
  port: number
  /** `ready`, or what it does instead; `unhealthy` = it runs, but does not answer now. */
  state: string
  /** Why it is not ready, where somebody knows. */
  reason?: string
  uptimeMs?: number
  restarts: number
  /** The release that it runs, where it is a service. */
  release?: string
}

/** Asks every process of a running stack how it is; undefined when the stack does not run. */
export async function status(name: StackName): Promise<ComponentStatus[] | undefined> {
  const stack = define(name)
  const state = runningSupervisor(stack)
  if (!state) return undefined
  const specs = readJson<Wanted>(wantedFile(stack.folder))?.processes ?? []
  return Promise.all(
    state.processes.map(async (one) => {
      const spec = specs.find((candidate) => candidate.name === one.name)
      const alive = isAlive(one.process)
      const refusal =
        one.phase === 'ready' && spec
          ? await probe(spec.ready).then(
              () => undefined,
              (error: Error) => error.message,
            )
          : one.lastExit
      return {
        name: one.name,
        pid: one.process?.pid,
        port: one.port,
        state: one.phase === 'ready' && (refusal !== undefined || !alive) ? 'unhealthy' : one.phase,
        reason: refusal,
        uptimeMs: alive && one.startedAt !== undefined ? Date.now() - one.startedAt : undefined,
        restarts: one.restarts,
        ...(spec?.release && { release: spec.release }),
      }
    }),
  )
}

export const isHealthy = (components: ComponentStatus[] | undefined) =>
  components !== undefined && components.length > 0 && components.every((one) => one.state === 'ready')
