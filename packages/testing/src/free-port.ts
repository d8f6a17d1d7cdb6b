import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Above the local system's ports, below those that the kernel hands out. */
const FIRST = 22_000
const LAST = 32_000

/**
 * A port on 127.0.0.1 that nobody listens on at this moment. Not one of the kernel's choice: those it also gives to outgoing
 * connections, and between this answer and the start of an app some connection would take it, once in a few hundred times.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
