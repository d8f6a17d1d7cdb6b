import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createTopics } from '../contracts-and-topics.ts'
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

/** Creates the topics that the release's catalogue has and the broker has not; one that is there stays as it is. */
export async function createTopicsOf(stack: Stack, { folder }: Release): Promise<void> {
  await createTopics(stack, join(folder, 'topics.js'))
}

/** Registers the contracts of what the service produces, from its own artifact. @throws {StepError} where the registry refuses one. */
export async function registerContractsOf(stack: Stack, { service, folder }: Release): Promise<void> {
  await run([process.execPath, 'register.js', service], {
    cwd: folder,
    env: { SCHEMA_REGISTRY_URL: stack.registryUrl },
  })
}

/** Brings the service's database to the state that the release expects; returns the names of the migrations that it applied. */
export async function migrateWith(stack: Stack, secrets: Secrets, { service, folder }: Release): Promise<string[]> {
  const definition = services.find(({ name }) => name === service)
  if (!definition?.owns || !existsSync(join(folder, 'migrate.js'))) return []
  const env = serviceEnv(definition, localSurroundings(stack, secrets))
  const output = await run([process.execPath, 'migrate.js'], { cwd: folder, env })
  return [...output.matchAll(/^migrate: applied (.+)$/gm)].map(([, name]) => name!)
}
