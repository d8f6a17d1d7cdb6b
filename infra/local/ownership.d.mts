export interface Owner {
  pid: number
  /** Start time (and boot) of the process: what a reused pid cannot have. */
  identity: string
  what: string
}
export function identify(pid: number): string | undefined
export function owner(pid?: number, what?: string): Owner
export function isAlive(recorded: { pid: number; identity: string } | undefined): boolean
export function liveOwners(folder: string, except?: string): Owner[]
export function enrol(folder: string, what: string): string
export function lock(
  folder: string,
  options?: { what?: string; waitMs?: number; onWait?: (holder: Owner) => void },
): Promise<() => void>
export class LockHeldError extends Error {
  code: 'LOCK_HELD'
  holder: Owner
}
