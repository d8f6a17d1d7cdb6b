import type { Logger } from '../logger.ts'

/** The read model cannot be asked at the moment: requests are still accepted, status is not told. */
export class ReadModelAway extends Error {
  readonly code = 'STATUS_UNAVAILABLE'
  readonly retriable = true

  constructor(cause: unknown) {
    super('The read model does not answer', { cause })
    this.name = 'ReadModelAway'
  }
}

export interface Guard {
  /** @throws {ReadModelAway} for whatever goes wrong, at the latest after the timeout. */
  <T>(work: () => Promise<T>): Promise<T>
  available(): boolean
}

/**
 * Keeps a store that is away from slowing the service down. A store that hangs costs `timeoutMs` once, then everybody is
 * told no at once for `restMs`, then one more try is made. Logs when the store goes and when it is back, not each failure.
 */
export function createGuard(
  {
    timeoutMs,
    restMs,
    now = performance.now.bind(performance),
  }: { timeoutMs: number; restMs: number; now?: () => number },
  log: Pick<Logger, 'warn' | 'info'>,
): Guard {
  let hangsUntil = 0
  let failing: unknown

  async function guard<T>(work: () => Promise<T>): Promise<T> {
    if (now() < hangsUntil) throw new ReadModelAway(failing)
    let timer: NodeJS.Timeout | undefined
    try {
      const answer = work()
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          hangsUntil = now() + restMs
          reject(new Error(`no answer within ${timeoutMs} ms`))
        }, timeoutMs)
      })
      const value = await Promise.race([answer, timeout])
      if (failing !== undefined) log.info('the read model answers again')
      failing = undefined
      return value
    } catch (error) {
      if (failing === undefined)
        log.warn({ err: error }, 'the read model is away: requests are accepted, status is not told')
      failing = error ?? new Error('unknown')
      throw new ReadModelAway(error)
    } finally {
      clearTimeout(timer)
    }
  }

  return Object.assign(guard, { available: () => failing === undefined })
}
