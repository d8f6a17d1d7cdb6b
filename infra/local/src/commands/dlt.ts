import { join } from 'node:path'
import { root } from '../paths.ts'
import { stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

/** The operator's tool for dead letters, pointed at this system; arguments, output and exit code are its own. */
export async function dlt(args: string[]): Promise<number> {
  const { brokers, registryUrl } = stack(whichStack({ test: args.includes('--test') }))
  const tool = join(root, 'packages/kafka/src/commands/dlt.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
  })
}
