import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { down } from '../down.ts'
import { say } from '../progress.ts'
import { stack } from '../stack.ts'
import { whichStack } from './which-stack.ts'

/** Stops the system and forgets its data, secrets, keys and logs. Downloads stay. */
export async function reset(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { test: { type: 'boolean', default: false } } })
  const name = whichStack(values)
  await down(name, { data: true })
  rmSync(join(stack(name).folder, 'logs'), { recursive: true, force: true })
  say(`The ${name} system is as on the first day.`)
  return 0
}
