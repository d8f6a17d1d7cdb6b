import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root, toolPath } from '../paths.ts'

/** `turbo …` with the pinned tools on its path: it looks for pnpm, which a machine need not have. */
export async function turbo(args: string[]): Promise<number> {
  const child = spawn('turbo', args, { cwd: root, env: { ...process.env, PATH: toolPath }, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code ?? 1
}
