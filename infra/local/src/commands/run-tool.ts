import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

/** Runs an operator's tool in the foreground; resolves to its exit code. */
export async function runTool(command: string[], env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, command, { env: { ...process.env, ...env }, stdio: 'inherit' })
  // Ctrl-C reaches the tool by itself; it decides when to end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[by!]
}
