import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { enrol, liveOwners } from '../ownership.mjs'
import { registerContracts } from './contracts-and-topics.ts'
import { dropData } from './down.ts'
import { locked } from './locked.ts'
import { step } from './progress.ts'
import { servers } from './servers/services.ts'
import { stack as define, type Stack } from './stack.ts'
import { runningSupervisor, stopAll } from './supervisor/control.ts'
import { up } from './up.ts'

export interface Lease {
  stack: Stack
  /** Gives it back; whoever gives it back last takes the stack down. */
  release(): Promise<void>
}

/**
 * The test stack's servers, shared by every test run in this clone. A run that was killed holds nothing any more, so the next
 * one that ends takes down what it left. FIRSTCOME_KEEP=1 leaves the stack running until `npm stop -- --test`.
 */
export async function leaseTestStack(what: string): Promise<Lease> {
  const stack = define('test')
  const leases = join(stack.folder, 'leases')
  // First enrolled, then up: a run that ends meanwhile sees us and leaves it running.
  const name = enrol(leases, what)
  const keep = join(stack.folder, 'keep')
  try {
    // Another run is using the servers: they are not to be restarted under it, even if their definition changed since.
    const shared = existsSync(keep) || liveOwners(leases, name).length > 0
    if (shared && allReady(stack)) await registerContracts(stack)
    else await up('test', { services: false })
  } catch (error) {
    rmSync(join(leases, name), { force: true })
    throw error
  }
  if (process.env.FIRSTCOME_KEEP) writeFileSync(keep, '')
  return {
    stack,
    release: () =>
      locked(stack, 'stopping', async () => {
        rmSync(join(leases, name), { force: true })
        if (liveOwners(leases).length > 0 || existsSync(keep)) return
        await step('stop the test system', () => stopAll(stack), { quietMs: 1_000 })
        dropData(stack.folder)
      }),
  }
}

function allReady(stack: Stack): boolean {
  const processes = runningSupervisor(stack)?.processes ?? []
  return servers.every((name) => processes.some((one) => one.name === name && one.phase === 'ready'))
}
