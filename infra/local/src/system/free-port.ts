import { randomInt } from 'node:crypto'
import { isFree } from './ports.ts'

/** Above the local system's ports, below those that the kernel hands out. */
const FIRST = 22_000
/** Of each worker of a test run, of which there are ten at most. */
const SHARE = 1_000
const share = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % 10) * SHARE
let next = randomInt(SHARE)

/**
 * For tests: a port on 127.0.0.1 on which nobody listens at this moment. Not one of the kernel's choice: those it also gives to
 * outgoing connections, and between this answer and the start of an app some connection would take it, once in a few hundred
 * times. Nor one drawn at random each time: of all the apps that start side by side two would draw the same one some day, and a
 * test would talk to the other one's. So each worker goes through a share of its own.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = share + (next++ % SHARE)
    if (await isFree(port)) return port
  }
}
