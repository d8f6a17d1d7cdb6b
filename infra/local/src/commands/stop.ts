import { parseArgs } from 'node:util'
import { down } from '../down.ts'
import { say } from '../progress.ts'
import { stopContainers } from './docker.ts'
import { whichStack } from './which-stack.ts'

/** Stops the system, and keeps its data. */
export async function stop(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { test: { type: 'boolean', default: false }, docker: { type: 'boolean', default: false } },
  })
  if (values.docker) return stopContainers()
  const name = whichStack(values)
  if (!(await down(name, { data: values.test }))) say(`The ${name} system was not running.`)
  return 0
}
