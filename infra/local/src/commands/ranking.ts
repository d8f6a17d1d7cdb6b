import { join } from 'node:path'
import { root } from '../paths.ts'
import { appFolder, redisPrefix } from '../servers/services.ts'
import { userSettings } from '../servers/user-settings.ts'
import { stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

/** The operator's tool for the boards, pointed at this system; arguments, output and exit code are its own. */
export async function ranking(args: string[]): Promise<number> {
  const target = stack(whichStack({ test: args.includes('--test') }))
  const tool = join(appFolder('ranking-service'), 'src/commands/ranking.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    // Which days the boards cover is a setting that a person may have changed.
    ...(target.name === 'local' && userSettings(root)),
    KAFKA_BROKERS: target.brokers,
    SCHEMA_REGISTRY_URL: target.registryUrl,
    REDIS_URL: target.redisUrl,
    REDIS_KEY_PREFIX: redisPrefix('ranking-service'),
  })
}
