import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isAlive, owner } from '../../ownership.mjs'

/**
 * Every process of a stack leads a session of its own. What a dead leader left behind (nginx workers, say) still carries
 * its number, and is ours only if it also started later than the leader and works in the same folder: pids are reused.
 * Knows no remains where there is no /proc.
 */
export function remains(leader: { pid: number; identity: string }, cwd: string): number[] {
  if (process.platform !== 'linux') return []
  const startedAt = Number(leader.identity.split(':')[1])
  const found: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const [group, session, started] = [Number(fields[2]), Number(fields[3]), Number(fields[19])]
      if (group !== leader.pid || session !== leader.pid || started < startedAt || fields[0] === 'Z') continue
      if (Number(name) !== leader.pid && readlinkSync(`/proc/${name}/cwd`) === cwd) found.push(Number(name))
    } catch {
      // Ended while we looked.
    }
  }
  return found
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends a recorded process by its own pid, if it is still that process: asks first, then kills, then clears its remains. */
export async function endProcess(
  recorded: { pid: number; identity: string },
  cwd: string,
  stop: { signal: NodeJS.Signals; timeoutMs: number },
): Promise<void> {
  if (isAlive(recorded)) signal(recorded.pid, stop.signal)
  if (!(await gone(recorded, stop.timeoutMs))) {
    if (isAlive(recorded)) signal(recorded.pid, 'SIGKILL')
    await gone(recorded, 5_000)
  }
  const left = remains(recorded, cwd).map((pid) => owner(pid))
  for (const { pid } of left) signal(pid, 'SIGKILL')
  await Promise.all(left.map((one) => gone(one, 5_000)))
}

export async function gone(recorded: { pid: number; identity: string }, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isAlive(recorded)) {
    if (Date.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return true
}
