import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stack as define } from '../stack.ts'
import { logTail } from '../supervisor/control.ts'
import { logFile } from '../supervisor/state.ts'
import { follow } from './follow.ts'
import { UsageError } from './usage-error.ts'
import { whichStack } from './which-stack.ts'

/** The last 100 lines of one component's log; with -f also those to come, until interrupted. */
export async function logs(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { follow: { type: 'boolean', short: 'f', default: false }, test: { type: 'boolean', default: false } },
  })
  const stack = define(whichStack(values))
  const [name] = positionals
  const path = logFile(stack.folder, name ?? '')
  if (name === undefined || !/^[\w-]+$/.test(name) || !existsSync(path)) {
    throw new UsageError(
      `Usage: npm run logs -- <component> [-f]. There are logs of: ${known(stack.folder) || 'nothing yet'}`,
    )
  }
  process.stdout.write(`${logTail(stack, name, 100)}\n`)
  if (!values.follow) return 0
  const end = follow(path, (text) => process.stdout.write(text))
  await new Promise((resolve) => process.once('SIGINT', resolve))
  end()
  return 0
}

function known(folder: string): string {
  const logsFolder = join(folder, 'logs')
  if (!existsSync(logsFolder)) return ''
  return readdirSync(logsFolder)
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -4))
    .join(', ')
}
