import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root, toolPath } from '../paths.ts'

/** `bench <name> …`: the measurements are a workspace of their own, which brings up the servers that it needs. */
export async function bench(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'bench/run.ts'), ...args], {
    cwd: root,
    env: { ...process.env, PATH: toolPath },
    stdio: 'inherit',
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name))
  const [code] = await once(child, 'exit')
  return code ?? 1
}
