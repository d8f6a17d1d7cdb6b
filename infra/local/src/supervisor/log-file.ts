import { copyFileSync, existsSync, mkdirSync, openSync, renameSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'

const limitBytes = 50 * 1024 * 1024

/**
 * A descriptor to hand to a process, which then writes for itself: its log needs no supervisor, and a supervisor that is
 * killed takes no pipe away from it.
 */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  return openSync(path, 'a', 0o600)
}

/** Keeps one older part beside the log, so that a process that talks forever cannot fill the disk. */
export function boundLog(path: string, limit = limitBytes): void {
  try {
    if (statSync(path).size < limit) return
    copyFileSync(path, `${path}.1`)
    // Writers append, so they go on at the new end.
    truncateSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Puts another log, which is being written to, in the place of this one, which is kept as its older part. */
export function replaceLog(path: string, by: string): void {
  if (existsSync(path)) renameSync(path, `${path}.1`)
  if (existsSync(by)) renameSync(by, path)
}
