import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { Secrets } from '../secrets.ts'
import { localSurroundings, serviceEnv } from '../servers/services.ts'
import { type Stack, services } from '../stack.ts'
import { run } from '../system/run.ts'
import type { Release } from './release.ts'

/** Compares the workspace's contracts with what was released and registered. @throws {StepError} that says whom a change breaks. */
export async function checkContracts(stack: Stack): Promise<void> {
  const tool = join(root, 'packages/events/src/commands/contracts.ts')
  await run([process.execPath, tool, 'check'], {
    env: { SCHEMA_REGISTRY_URL: stack.registryUrl },
    advice: 'docs/contracts.md tells how to make such a change.',
  })
}

/** Registers the contracts of what the service produces, from its own artifact. @throws {StepError} where the registry refuses one. */
export async function registerContractsOf(stack: Stack, { service, folder }: Release): Promise<void> {
  const own = join(folder, 'register.js')
  const command = existsSync(own) ? own : join(root, 'packages/events/src/commands/register.ts')
  await run([process.execPath, command, service], { env: { SCHEMA_REGISTRY_URL: stack.registryUrl } })
}

/** Brings the service's database to the state that the release expects; returns the names of the migrations that it applied. */
export async function migrateWith(stack: Stack, secrets: Secrets, { service, folder }: Release): Promise<string[]> {
  const definition = services.find(({ name }) => name === service)
  if (!definition?.owns || !existsSync(join(folder, 'migrate.js'))) return []
  const env = serviceEnv(definition, localSurroundings(stack, secrets))
  const output = await run([process.execPath, 'migrate.js'], { cwd: folder, env })
  return [...output.matchAll(/^migrate: applied (.+)$/gm)].map(([, name]) => name!)
}
