import { parseArgs } from 'node:util'
import { isAlive } from '../../ownership.mjs'
import { say } from '../progress.ts'
import { stack } from '../stack.ts'
import { isHealthy, status } from '../status.ts'
import { leftRunning } from '../supervisor/control.ts'
import { table } from '../table.ts'
import { whichStack } from './which-stack.ts'

/** What runs and how it is; exit code 0 when all of it is well. */
export async function printStatus(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { test: { type: 'boolean', default: false } } })
  const name = whichStack(values)
  const components = await status(name)
  if (!components) {
    const left = leftRunning(stack(name)).filter((one) => isAlive(one.process))
    say(
      left.length === 0
        ? `The ${name} system is not running (npm start).`
        : `The ${name} system has lost its supervisor; still running: ${left.map((one) => one.name).join(', ')}. npm start takes over, npm stop ends them.`,
    )
    return 1
  }
  const header = ['component', 'pid', 'port', 'state', 'uptime', 'restarts', 'release']
  const rows = components.map((one) => [
    one.name,
    one.pid ?? '-',
    one.port,
    one.state,
    duration(one.uptimeMs),
    one.restarts,
    one.release ?? '',
  ])
  say(table([header, ...rows]))
  for (const { name: component, state, reason } of components) {
    if (state !== 'ready' && reason) say(`\n${component}: ${reason}`)
  }
  return isHealthy(components) ? 0 : 1
}

function duration(ms: number | undefined): string {
  if (ms === undefined) return '-'
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
