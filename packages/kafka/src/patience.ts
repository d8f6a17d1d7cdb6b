import { ContractError } from '@firstcome/events'
import type { Host } from './host.ts'

/** First wait between two tries; doubles. Two tries that fail take about a second themselves, so nobody is stormed. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000
/** How often a long wait is said again. */
const SAY_EVERY_MS = 30_000

/**
 * Connects to the registry, and where the host can wait, waits for it as long as it is away: a crash loop would bring nobody
 * closer. Whatever else is wrong is said at once, and so is an outage where nobody can wait (a command, a test).
 */
export async function untilRegistryAnswers<T>(
  connect: () => Promise<T>,
  { log, waitsFor }: Pick<Host, 'log' | 'waitsFor'>,
  registryUrl: string,
  givenUp: AbortSignal,
): Promise<T> {
  if (!waitsFor) return connect()
  const { origin, pathname } = new URL(registryUrl)
  const registry = origin + pathname
  const began = Date.now()
  let said = 0
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      const connected = await connect()
      if (said > 0) log.info({ registry, waitedMs: Date.now() - began }, 'the schema registry answers')
      waitsFor(undefined)
      return connected
    } catch (error) {
      if (givenUp.aborted || !(error instanceof ContractError) || error.code !== 'REGISTRY_UNAVAILABLE') throw error
      waitsFor(`the schema registry at ${registry}`)
      if (Date.now() - said >= SAY_EVERY_MS) {
        log.warn({ registry, waitedMs: Date.now() - began, reason: error.message }, 'waiting for the schema registry')
        said = Date.now()
      }
      await pause(waitMs, givenUp)
    }
  }
}

function pause(ms: number, givenUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      givenUp.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    givenUp.addEventListener('abort', over)
  })
}
