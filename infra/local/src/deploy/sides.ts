import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Side } from '../replicas.ts'
import type { ServiceName, Stack } from '../stack.ts'

/** Holds a file for each service that runs on side b; the gateway looks there for every request. */
export const sidesFolder = (stack: Stack) => join(stack.folder, 'gateway/on-side-b')

/** The side on which a service is answered for. */
export function sideOf(stack: Stack, service: ServiceName): Side {
  return existsSync(join(sidesFolder(stack), service)) ? 'b' : 'a'
}

/** From now on every request for the service goes to that side; what the other has in hand it answers. One step, safe to repeat. */
export function turnTo(stack: Stack, service: ServiceName, side: Side): void {
  const mark = join(sidesFolder(stack), service)
  mkdirSync(sidesFolder(stack), { recursive: true })
  if (side === 'b') writeFileSync(mark, '')
  else rmSync(mark, { force: true })
}
