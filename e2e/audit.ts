import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What the audit says of a policy: its exit code (0 when it finds nothing) and all that it prints. */
export async function auditOf(couponPolicyId: number): Promise<{ code: number; output: string }> {
  const args = ['fcfs-audit', '--test', '--policy', String(couponPolicyId)]
  const child = spawn('node', ['infra/local/bootstrap.mjs', ...args], {
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
