import type { Logger } from 'pino'
import type { HttpServer } from '../http/server.ts'
import { within } from './deadline.ts'
import type { Resource } from './resource.ts'

/** Requests in flight get this share of the bound; the rest belongs to the resources, which hold what must not be lost. */
const SHARE_OF_REQUESTS = 0.6

/**
 * Finishes the requests in flight, then closes the resources, the last one opened first. Everything together is over
 * within `boundMs`. Resolves to the names of what did not end well; empty after a clean stop.
 */
export async function shutDown(
  server: HttpServer | undefined,
  resources: readonly Resource[],
  boundMs: number,
  log: Logger,
): Promise<string[]> {
  const deadline = performance.now() + boundMs
  const failed: string[] = []

  if (server !== undefined) {
    const cut = await server.stop(boundMs * SHARE_OF_REQUESTS)
    if (cut > 0) {
      log.error({ connections: cut }, 'requests did not finish in time and were cut off')
      failed.push('http')
    }
  }
  for (const resource of resources.toReversed()) {
    if (resource.close === undefined) continue
    const outcome = await within(
      deadline - performance.now(),
      Promise.resolve().then(() => resource.close?.()),
    )
    if (outcome === 'done') continue
    failed.push(resource.name)
    if (outcome === 'timeout') log.fatal({ resource: resource.name }, 'did not close in time')
    else log.error({ resource: resource.name, err: outcome.error }, 'did not close cleanly')
  }
  return failed
}
