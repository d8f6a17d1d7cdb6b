// Plain JavaScript for Node 20 and up: the bootstrap needs it before the pinned Node is installed.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

let bootId

/** Names one process for good: a reused pid has another start time, and another boot another boot id. Undefined when it is gone. */
export function identify(pid) {
  if (process.platform !== 'linux') {
    try {
      const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
      return started.toString().trim() || undefined
    } catch {
      return undefined
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces and parentheses itself, so fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${bootId}:${fields[19]}`
  } catch {
    return undefined
  }
}

/** What to write down about a process, so that it can be told apart from a later one with the same pid. */
export function owner(pid = process.pid, what = '') {
  return { pid, identity: identify(pid) ?? '', what }
}

export function isAlive(recorded) {
  return recorded !== undefined && recorded.identity !== '' && identify(recorded.pid) === recorded.identity
}

/** The live owners recorded in a folder, one file each; records of the dead are swept out. */
export function liveOwners(folder, except) {
  let names
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  const live = []
  for (const name of names) {
    if (name === except || !name.endsWith('.owner')) continue
    try {
      const recorded = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      if (isAlive(recorded)) live.push(recorded)
      // Its name is unique, so this can never remove a record that somebody wrote in the meantime.
      else rmSync(join(folder, name), { force: true })
    } catch {
      // Gone between the listing and the reading: released.
    }
  }
  return live
}

/** Records this process in a folder; returns the name of its record. */
export function enrol(folder, what) {
  mkdirSync(folder, { recursive: true })
  const name = `${process.pid}-${randomUUID()}.owner`
  // Written aside and renamed: a half-written record would look like a dead owner's.
  writeFileSync(join(folder, `${name}.new`), JSON.stringify(owner(process.pid, what)))
  renameSync(join(folder, `${name}.new`), join(folder, name))
  return name
}

/**
 * Takes a lock that outlives no process: its holder is alive or it is free. Everyone enrols first and looks around second,
 * so two can never both find themselves alone; who meets another steps back and tries again a little later.
 *
 * @param {string} folder holds the records
 * @param {{ what?: string, waitMs?: number, onWait?: (holder: { pid: number, what: string }) => void }} options waitMs: 0 = do not wait
 * @returns {Promise<() => void>} releases it
 * @throws LockHeldError naming the holder
 */
export async function lock(folder, { what = '', waitMs = Number.POSITIVE_INFINITY, onWait } = {}) {
  const deadline = Date.now() + waitMs
  let told = false
  for (;;) {
    let others = liveOwners(folder)
    if (others.length === 0) {
      const name = enrol(folder, what)
      const release = () => rmSync(join(folder, name), { force: true })
      others = liveOwners(folder, name)
      if (others.length === 0) return release
      release()
    } else if (!told) {
      told = true
      onWait?.(others[0])
    }
    if (Date.now() >= deadline) throw new LockHeldError(others[0])
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80))
  }
}

export class LockHeldError extends Error {
  code = 'LOCK_HELD'
  constructor(holder) {
    super(`held by process ${holder.pid}${holder.what ? ` (${holder.what})` : ''}`)
    this.holder = holder
  }
}
