import { join } from 'node:path'
import { root } from './paths.ts'
import { userSettings } from './servers/user-settings.ts'
import type { Stack } from './stack.ts'
import { run } from './system/run.ts'

const node = process.execPath

/** Creates those of the catalogue's topics that are missing; one that is there stays as it is. The services' waits name retry topics. */
export async function createTopics(
  stack: Stack,
  command = join(root, 'packages/kafka/src/commands/topics.ts'),
): Promise<void> {
  await run([node, command], {
    env: { ...(stack.name === 'local' && userSettings(root)), KAFKA_BROKERS: stack.brokers },
  })
}

/** Registers the catalogue's schemas; those already there keep their ids. */
export async function registerContracts(stack: Stack): Promise<void> {
  await run([node, join(root, 'packages/events/src/commands/register.ts')], {
    env: { SCHEMA_REGISTRY_URL: stack.registryUrl },
  })
}
