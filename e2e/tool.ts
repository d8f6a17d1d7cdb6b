import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Ended {
  code: number
  /** All that it printed. */
  output: string
}

/** One of the operator's tools, pointed at the test stack, as a person types it: `npm run -s <name> -- <args> --test`. */
export async function tool(name: string, ...args: string[]): Promise<Ended> {
  const child = spawn('node', ['infra/local/bootstrap.mjs', name, ...args, '--test'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

/**
 * What the reconciliation says of the orders placed since `from`, once everything is drained: what is missing now is missing,
 * however short a time ago it happened.
 */
export function reconciled(from: Date): Promise<Ended> {
  return tool('reconcile', '--from', from.toISOString(), '--grace', '0s')
}
