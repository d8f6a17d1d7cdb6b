import { parseArgs } from 'node:util'
import { demonstrate } from '../demo.ts'
import { token } from '../keys.ts'
import { say, seconds } from '../progress.ts'
import { readReplicas } from '../replicas.ts'
import { postgresUrl, readSecrets } from '../secrets.ts'
import { stack as define, operatorRole, type Stack } from '../stack.ts'
import { runningSupervisor } from '../supervisor/control.ts'
import { up } from '../up.ts'
import { startContainers } from './docker.ts'
import { UsageError } from './usage-error.ts'

/** Starts the system in the background, shows both flows through the gateway, and returns. */
export async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      demo: { type: 'boolean', default: true },
      docker: { type: 'boolean', default: false },
      // Three brokers instead of one; containers only.
      cluster: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  if (values.docker) return startContainers({ cluster: values.cluster })
  if (values.cluster) throw new UsageError('--cluster goes with --docker: the native system has one broker')
  const began = Date.now()
  const already = runningSupervisor(define('local')) !== undefined
  say(
    already ? 'Firstcome is already running; looking whether all of it is well and up to date.' : 'Starting Firstcome.',
  )
  process.once('SIGINT', () => {
    say('\nInterrupted. What has started keeps running: npm stop ends it.')
    process.exit(130)
  })
  const stack = await up('local', { replicas: readReplicas() })
  say(`  ${already ? 'All well' : 'Everything runs'} after ${seconds(began)}.\n`)
  const shown = !values.demo || (await demonstrate(demoTarget(stack)))
  say(addresses(stack))
  return shown ? 0 : 1
}

function demoTarget(stack: Stack) {
  return {
    gatewayUrl: stack.gatewayUrl,
    dataPlatformUrl: postgresUrl(stack, readSecrets(stack), operatorRole, 'data_platform'),
    signToken: (userId: number, options?: { admin?: boolean }) => token(stack, userId, options),
  }
}

function addresses(stack: Stack): string {
  return `
  Gateway          ${stack.gatewayUrl} (its API: /api/docs)
  Kafka            ${stack.brokers}
  Schema registry  ${stack.registryUrl} (services read it through port ${stack.ports['registry-reader']})
  Postgres         127.0.0.1:${stack.ports.postgres} (passwords in .local/${stack.name}/secrets.json; role ${operatorRole} reads everything)
  Redis            ${stack.redisUrl}

  npm run status                 what runs, and how it is
  npm run logs -- coupon-worker  the last lines of a log (-f follows it)
  npm run -s token -- 42         a token for curl
  npm stop                       stops everything; npm run reset also forgets the data`
}
