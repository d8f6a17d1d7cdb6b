import { join } from 'node:path'
import { root } from '../paths.ts'
import { runTool } from './run-tool.ts'
import { UsageError } from './usage-error.ts'

/** `new event <name> …`: writes a new event into this clone; arguments, output and exit code are the tool's own. */
export async function scaffold([what, ...args]: string[]): Promise<number> {
  if (what !== 'event') throw new UsageError('What is new? new event <name> …; new event --help says more')
  return runTool([join(root, 'packages/events/src/commands/new-event.ts'), ...args], {})
}
