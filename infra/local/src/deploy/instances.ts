import { type Instance, serviceOf } from '../replicas.ts'
import type { Stack } from '../stack.ts'
import { wantedOf } from '../supervisor/control.ts'

export interface RunningInstance extends Instance {
  /** The release that it runs; none where it runs from its source. */
  release?: string
  /** Where it runs. */
  cwd: string
}

/** Every process of every service that runs, with the port that it has now. */
export function runningInstances(stack: Stack): RunningInstance[] {
  return wantedOf(stack).flatMap(({ name, port, cwd, release }) => {
    const service = serviceOf(name)
    return service ? [{ service, name, port, cwd, ...(release && { release }) }] : []
  })
}
