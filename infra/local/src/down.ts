import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { locked } from './locked.ts'
import { step } from './progress.ts'
import { dropReleases } from './releases/folder.ts'
import { stack as define, type StackName } from './stack.ts'
import { runningSupervisor, stopAll } from './supervisor/control.ts'
import { readState } from './supervisor/state.ts'

/** Stops a stack, or what is left of it after its supervisor was killed; with `data`, forgets everything but its logs. */
export async function down(name: StackName, { data = false } = {}): Promise<boolean> {
  const stack = define(name)
  return locked(stack, 'stopping', async () => {
    const something = runningSupervisor(stack) !== undefined || readState(stack.folder) !== undefined
    const stopped = something && (await step(`stop the ${name} system`, () => stopAll(stack)))
    if (data) dropData(stack.folder)
    return stopped
  })
}

/** Everything it stored, and the secrets that were only good for that. Its keys go too: no token outlives a reset. */
export function dropData(folder: string): void {
  for (const part of [
    'kafka',
    'postgres',
    'redis',
    'registry',
    'registry-reader',
    'gateway',
    'keys',
    'secrets.json',
    'keep',
  ]) {
    rmSync(join(folder, part), { recursive: true, force: true })
  }
  dropReleases(folder)
}
