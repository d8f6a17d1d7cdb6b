import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { say } from '../progress.ts'
import { postgresUrl, readSecrets, type Secrets } from '../secrets.ts'
import { appFolder } from '../servers/services.ts'
import { userSettings } from '../servers/user-settings.ts'
import { operatorRole, type Stack, services, stack } from '../stack.ts'
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
  const child = spawn(process.execPath, [tool, ...args.filter((arg) => arg !== '--test')], {
    env: {
      ...process.env,
      // Its retry topics are named by settings that a person may have changed.
      ...(target.name === 'local' && userSettings(root)),
      KAFKA_BROKERS: target.brokers,
      SCHEMA_REGISTRY_URL: target.registryUrl,
      DATABASE_URL: postgresUrl(target, secrets, operatorRole, worker.owns!.database),
    },
    stdio: 'inherit',
  })
  // Ctrl-C reaches the tool by itself.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[by!]
}

function secretsOf(target: Stack): Secrets | undefined {
  try {
    return readSecrets(target)
  } catch (error) {
    say((error as Error).message)
    return undefined
  }
}
