import { parseArgs } from 'node:util'
import { check } from './check.ts'
import { diff } from './diff.ts'
import { history } from './history.ts'
import { producedBy } from './producers.ts'
import { producesNothing, registerContracts } from './register-contracts.ts'
import { registryAt } from './registry.ts'
import { releaseChanged } from './release.ts'
import { WrongUsage } from './usage.ts'

const usage = `Usage: pnpm contracts <command>

  check                  every schema against all released versions, and against the registry when one answers
  release                keeps the next version of each schema that changed, with its golden sample
  diff [topic]           what changed since the newest released version, and since the registry's newest
  history <topic>        every version: when it came, what it changed, its id in the registry
  register [service]     the deploy step of a producer: what it publishes, or everything, into the registry

  --no-registry          (check, diff, history) do not ask the registry
  --test                 the registry of the test stack; otherwise SCHEMA_REGISTRY_URL, else the local system's

Exit: 0 good, 1 refused, or a registry that is needed is away, 2 wrong usage.`

/** Answers the exit code. Throws WrongUsage, and RegistryAway where it is needed. */
export async function runContracts(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      'no-registry': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [command, argument, ...more] = positionals
  if (values.help) {
    console.log(usage)
    return 0
  }
  const takes = { check: 0, release: 0, diff: 1, history: 1, register: 1 }[command ?? '']
  if (takes === undefined) throw new WrongUsage(command ? `No command '${command}'.\n\n${usage}` : usage)
  if (more.length > 0 || (argument !== undefined && takes === 0)) {
    throw new WrongUsage(`contracts ${command}: too many arguments. See pnpm contracts --help`)
  }
  const noRegistry = values['no-registry']
  if (noRegistry && (command === 'register' || command === 'release')) {
    throw new WrongUsage(`contracts ${command} has no --no-registry`)
  }
  if (command === 'check') return check({ registry: !noRegistry })
  if (command === 'diff') return diff(argument, { registry: !noRegistry })
  if (command === 'history') return history(argument, { registry: !noRegistry })
  if (command === 'release') return releaseChanged()
  return register(argument)
}

async function register(service: string | undefined): Promise<number> {
  const produced = producedBy(service)
  if (service && produced.length === 0) console.log(producesNothing(service))
  const url = process.env.SCHEMA_REGISTRY_URL
  if (!url) throw new WrongUsage('SCHEMA_REGISTRY_URL is not set: where to register?')
  return registerContracts(produced, registryAt(url))
}
