import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { stack } from '../stack.ts'
import { whichStack } from './which-stack.ts'

/** The operator's tool for dead letters, pointed at this system; arguments, output and exit code are its own. */
export async function dlt(args: string[]): Promise<number> {
  const { brokers, registryUrl } = stack(whichStack({ test: args.includes('--test') }))
  const tool = join(root, 'packages/kafka/src/commands/dlt.ts')
  const child = spawn(process.execPath, [tool, ...args.filter((arg) => arg !== '--test')], {
    env: { ...process.env, KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl },
    stdio: 'inherit',
  })
  // Ctrl-C reaches the tool by itself; it decides when to end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[by!]
}
