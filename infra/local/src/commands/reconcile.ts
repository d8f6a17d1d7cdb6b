import { join } from 'node:path'
import { root } from '../paths.ts'
import { say } from '../progress.ts'
import { postgresUrl, readSecrets, type Secrets } from '../secrets.ts'
import { redisPrefix } from '../servers/services.ts'
import { userSettings } from '../servers/user-settings.ts'
import { operatorRole, type ServiceName, type Stack, services, stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

/** Of the tool: it could not run. */
const COULD_NOT_RUN = 2

/** The comparison of the services' books, pointed at this system, as roles that may only read; arguments, output and exit code are its own. */
export async function reconcile(args: string[]): Promise<number> {
  const target = stack(whichStack({ test: args.includes('--test') }))
  const secrets = secretsOf(target)
  if (!secrets) return COULD_NOT_RUN
  const readOnly = (owner: ServiceName) =>
    postgresUrl(target, secrets, operatorRole, services.find(({ name }) => name === owner)!.owns!.database)
  const tool = join(root, 'infra/reconcile/src/main.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    // Which days the boards cover is a setting that a person may have changed.
    ...(target.name === 'local' && userSettings(root)),
    PAYMENT_DATABASE_URL: readOnly('payment-api'),
    ORDERS_DATABASE_URL: readOnly('order-service'),
    DATA_PLATFORM_DATABASE_URL: readOnly('data-platform-sink'),
    // A user without a password is let in with any; without one the client would not say who it is.
    REDIS_URL: target.redisUrl.replace('://', `://${operatorRole}:${operatorRole}@`),
    REDIS_KEY_PREFIX: redisPrefix('ranking-service'),
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
