import { locked } from './locked.ts'
import { step } from './progress.ts'
import { servers } from './servers/services.ts'
import { stack as define, type StackName } from './stack.ts'
import { dismiss, runningSupervisor } from './supervisor/control.ts'

/** Stops the gateway and the services of a stack, and leaves the servers under them running. */
export async function downServices(name: StackName): Promise<void> {
  const stack = define(name)
  await locked(stack, 'stopping', async () => {
    if (!runningSupervisor(stack)) return
    await step('stop the services', () => dismiss(stack, (component) => !servers.includes(component)))
  })
}
