import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import { gather, type Letter, nothing, noticeText, together } from './notice.ts'

/** Tells the operator of dead letters. Neither call throws, and `tell` waits for nothing. */
export interface Notifier {
  tell(letter: Letter): void
  /** Tells what is gathered, within about a second; what can not be told by then stays in the log and in the topics. */
  close(): Promise<void>
}

interface Options {
  /** Takes `POST {"text": "…"}`; nobody is told without one. It may hold a secret, so it is never logged. */
  url: string | undefined
  /** Least time between two notices, milliseconds. */
  intervalMs: number
  timeoutMs?: number
  log: Logger
  metrics: Pick<Metrics, 'notified'>
}

const TIMEOUT_MS = 5_000
const CLOSE_MS = 1_000

/**
 * The first letter is told at once, those within the interval after it together in one notice. What could not be delivered
 * is told with the next notice, an interval later.
 */
export function createNotifier({ url, intervalMs, timeoutMs = TIMEOUT_MS, log, metrics }: Options): Notifier {
  if (url === undefined) return { tell() {}, async close() {} }
  const cut = new AbortController()
  let gathered = nothing()
  let telling: Promise<void> | undefined
  let closed = false
  let endPause = () => {}

  async function tellAll() {
    while (gathered.count > 0 && !closed) {
      await deliver()
      if (!closed) await pause()
    }
    telling = undefined
  }

  async function deliver() {
    const notice = gathered
    gathered = nothing()
    const problem = await post(noticeText(notice))
    metrics.notified.inc({ result: problem ? 'failed' : 'delivered' })
    if (!problem) return
    gathered = together(notice, gathered)
    log.warn({ problem, letters: notice.count }, 'The webhook did not take a notice of dead letters')
  }

  function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, intervalMs).unref()
    endPause = () => {
      clearTimeout(timer)
      resolve()
    }
    return promise
  }

  /** Undefined when it was taken, else why not, in a word that holds nothing of the URL. */
  async function post(text: string): Promise<string | undefined> {
    try {
      const response = await fetch(url!, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        // A secret is for the host it was given for.
        redirect: 'manual',
        signal: AbortSignal.any([cut.signal, AbortSignal.timeout(timeoutMs)]),
      })
      await response.body?.cancel()
      return response.ok ? undefined : `status ${response.status}`
    } catch (error) {
      return wordFor(error)
    }
  }

  return {
    tell(letter) {
      if (closed) return
      gather(gathered, letter)
      telling ??= tellAll()
    },
    async close() {
      closed = true
      const timer = setTimeout(() => cut.abort(), CLOSE_MS)
      endPause()
      await telling
      if (gathered.count > 0) await deliver()
      clearTimeout(timer)
    },
  }
}

/** Messages of `fetch` quote the URL; names and codes do not. */
function wordFor(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.name : 'unknown'
}
