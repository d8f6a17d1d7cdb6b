import type { ServerResponse } from 'node:http'

const signals = new WeakMap<ServerResponse, AbortSignal>()

/**
 * Aborts when the client is gone or the service stops. Made only for handlers that ask: most requests are answered long
 * before it could matter, and an AbortController on each of them would be paid for by all.
 */
export function requestSignal(res: ServerResponse, stopping: AbortSignal): AbortSignal {
  let signal = signals.get(res)
  if (signal === undefined) {
    const controller = new AbortController()
    signal = controller.signal
    signals.set(res, signal)
    const stop = () => controller.abort(new Error('the service is stopping'))
    if (res.destroyed) controller.abort(new Error('the client is gone'))
    else if (stopping.aborted) stop()
    else {
      stopping.addEventListener('abort', stop, { once: true })
      res.once('close', () => {
        // Not AbortSignal.any: a long-lived signal would keep every request's listener alive.
        stopping.removeEventListener('abort', stop)
        if (!res.writableFinished) controller.abort(new Error('the client is gone'))
      })
    }
  }
  return signal
}
