import { join } from 'node:path'
import { root } from '../paths.ts'
import { say } from '../progress.ts'
import { postgresUrl, readSecrets, type Secrets } from '../secrets.ts'
import { appFolder } from '../servers/services.ts'
import { userSettings } from '../servers/user-settings.ts'
import { operatorRole, type Stack, services, stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

/** Of the tool: it could not run. */
const COULD_NOT_RUN = 2
const worker = services.find(({ name }) => name === 'coupon-worker')!

/** The audit of the coupons, pointed at this system, as a role that may only read; arguments, output and exit code are its own. */
export async function fcfsAudit(args: string[]): Promise<number> {
  const target = stack(whichStack({ test: args.includes('--test') }))
  const secrets = secretsOf(target)
  if (!secrets) return COULD_NOT_RUN
  const tool = join(appFolder(worker.name), 'src/commands/fcfs-audit.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    // Its retry topics are named by settings that a person may have changed.
    ...(target.name === 'local' && userSettings(root)),
    KAFKA_BROKERS: target.brokers,
    SCHEMA_REGISTRY_URL: target.registryUrl,
    DATABASE_URL: postgresUrl(target, secrets, operatorRole, worker.owns!.database),
  })
}

function secretsOf(target: Stack): Secrets | undefined {
  try {
    return readSecrets(target)
  } catch (error) {
    say((error as Error).message)
    return undefined
  }
}
