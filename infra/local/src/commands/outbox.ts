import { join } from 'node:path'
import { root } from '../paths.ts'
import { postgresUrl, readSecrets } from '../secrets.ts'
import { type ServiceDefinition, services, stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { UsageError } from './usage-error.ts'
import { whichStack } from './which-stack.ts'

const withOutbox: ServiceDefinition[] = services.filter(({ name }) => ['order-service', 'payment-api'].includes(name))

/** `outbox <service> …`: the operator's tool for the outbox of one service, pointed at its database here; the rest is its own. */
export async function outbox(args: string[]): Promise<number> {
  const [name, ...rest] = args.filter((arg) => arg !== '--test')
  const owns = withOutbox.find((service) => service.name === name)?.owns
  if (!owns)
    throw new UsageError(`Whose outbox? outbox <${withOutbox.map((one) => one.name).join('|')}> list | retry …`)
  const target = stack(whichStack({ test: args.includes('--test') }))
  const tool = join(root, 'packages/outbox/src/commands/outbox.ts')
  return runTool([tool, ...rest], {
    DATABASE_URL: postgresUrl(target, readSecrets(target), owns.role, owns.database),
  })
}
