import type { Logger } from 'pino'
import type { Resource } from './resource.ts'

export interface Repeated extends Required<Omit<Resource, 'check'>> {
  /** Runs the task now, or once more if it is running. */
  wake(): void
}

/**
 * Runs `task` again and again, `everyMs` after it ended; at once where it resolves to true: there is more to do. A task
 * that fails is logged and tried again at the next turn. `close` waits for the task at hand.
 */
export function repeat(
  name: string,
  everyMs: number,
  log: Pick<Logger, 'warn'>,
  task: (signal: AbortSignal) => Promise<boolean>,
): Repeated {
  const stopping = new AbortController()
  const { signal } = stopping
  let awake = false
  let rouse = () => {}
  let ended = Promise.resolve()

  async function run(): Promise<void> {
    while (!signal.aborted) {
      awake = false
      const more = await task(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error, task: name }, 'a background task failed and will be tried again')
        return false
      })
      if (!more && !awake && !signal.aborted) await rest()
    }
  }

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function wake(): void {
    awake = true
    rouse()
  }

  return {
    name,
    wake,
    async start() {
      ended = run()
    },
    async close() {
      stopping.abort()
      wake()
      await ended
    },
  }
}
