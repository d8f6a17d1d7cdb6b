import { join } from 'node:path'
import { root } from '../paths.ts'
import { stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

/**
 * The tool for contracts; arguments, output and exit code are its own. It asks the registry of SCHEMA_REGISTRY_URL, else the
 * one of this system, which need not run; `--test`: the test stack's.
 */
export async function contracts(args: string[]): Promise<number> {
  const test = args.includes('--test')
  const { registryUrl } = stack(whichStack({ test }))
  const tool = join(root, 'packages/events/src/commands/contracts.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    SCHEMA_REGISTRY_URL: (!test && process.env.SCHEMA_REGISTRY_URL) || registryUrl,
  })
}
