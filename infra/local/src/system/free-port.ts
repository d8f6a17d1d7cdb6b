import { randomInt } from 'node:crypto'
import { isFree } from './ports.ts'

/**
 * For tests: a port on which nobody listens at this moment. Below those that the kernel gives to outgoing connections, one of
 * which could take it before the process that it is for listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(22_000, 32_000)
    if (await isFree(port)) return port
  }
}
