import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deploy } from '../deploy/deploy.ts'
import { say } from '../progress.ts'
import { type ServiceName, services, stack } from '../stack.ts'
import { UsageError } from './usage-error.ts'
import { whichStack } from './which-stack.ts'

const usage = `pnpm deploy:service <service> [--from <folder>] [--test]

Replaces one service of the running system with a new build, without a pause: build, contracts, migrations, start the new
beside the old, turn the gateway to it, let the old finish. Until the gateway turns, a failure leaves the old one running.

  --from   an artifact that was built before, in place of a new build: the way back, too

There are: ${services.map(({ name }) => name).join(', ')}`

/** Ends with 0 when the service was replaced, 1 when it was not or the old one did not end well, 2 for wrong arguments, 130 when interrupted. */
export async function deployService(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args)
  if (values.help) {
    say(usage)
    return 0
  }
  const [name, ...more] = positionals
  const service = services.find((one) => one.name === name)
  if (!service || more.length > 0)
    throw new UsageError(name && !service ? `There is no service ${name}.\n\n${usage}` : usage)

  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  return replaceWith(service.name, stack(whichStack(values)), values.from, interrupted.signal)
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        test: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}

async function replaceWith(
  service: ServiceName,
  target: ReturnType<typeof stack>,
  from: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { release, ended, previous } = await deploy(target, service, { from, signal })
    say(`\n${service} runs release ${release.revision}.`)
    if (previous) say(`Back to the one before: ${back(service, previous, target.name === 'test')}`)
    const badly = [...ended].filter(([, how]) => how !== 'exited with 0')
    for (const [name, how] of badly)
      say(`The old ${name} did not end well: it ${how}. See ${join(target.folder, 'logs')}/${name}.log.1`)
    return badly.length === 0 ? 0 : 1
  } catch (error) {
    if (!signal.aborted) throw error
    say(`Interrupted: ${service} runs as before.`)
    return 130
  }
}

const back = (service: ServiceName, folder: string, test: boolean) =>
  `pnpm deploy:service ${service} --from ${folder}${test ? ' --test' : ''}`
