import { locked } from './locked.ts'
import { step } from './progress.ts'
import { servers } from './servers/services.ts'
import { stack as define, type StackName } from './stack.ts'
import { runningSupervisor, want } from './supervisor/control.ts'
import type { Wanted } from './supervisor/process-spec.ts'
import { wantedFile } from './supervisor/state.ts'
import { readJson } from './system/json-file.ts'

/** Stops the gateway and the services of a stack, and leaves the servers under them running. */
export async function downServices(name: StackName): Promise<void> {
  const stack = define(name)
  await locked(stack, 'stopping', async () => {
    if (!runningSupervisor(stack)) return
    const specs = readJson<Wanted>(wantedFile(stack.folder))?.processes ?? []
    await want(
      stack,
      specs.filter((spec) => servers.includes(spec.name)),
      { only: true },
    )
    await step('stop the services', async () => {
      while (runningSupervisor(stack)?.processes.some((one) => !servers.includes(one.name))) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })
  })
}
