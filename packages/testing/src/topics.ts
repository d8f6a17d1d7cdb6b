import { fileURLToPath } from 'node:url'
import { runNode } from './child.ts'
import { testStack } from './stack.ts'

const command = fileURLToPath(new URL('../../kafka/src/commands/topics.ts', import.meta.url))

/** Creates the catalogue's topics under the prefix. A process of its own: this package imports none of those it tests. */
export async function testTopics(prefix: string, env: Record<string, string> = {}): Promise<void> {
  const child = runNode(command, {
    KAFKA_BROKERS: testStack().brokers,
    KAFKA_PREFIX: prefix,
    TOPIC_REPLICATION: '1',
    ...env,
  })
  const { code } = await child.ended
  if (code !== 0) throw new Error(`could not create the topics of ${prefix}:\n${child.output()}`)
}
