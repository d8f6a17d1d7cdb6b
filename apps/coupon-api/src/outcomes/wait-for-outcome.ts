import type { Outcome } from '../requests/request-state.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface Wait {
  /** The outcome, or undefined when the time ran out or `signal` aborted first. */
  outcome(ms: number, signal: AbortSignal): Promise<Outcome | undefined>
  cancel(): void
}

/** Starts to listen now, so that an outcome which arrives before anybody asks for it is not missed. */
export function startWait(room: WaitingRoom, requestId: string): Wait {
  const told = Promise.withResolvers<Outcome | undefined>()
  const leave = room.enter(requestId, told.resolve)

  return {
    async outcome(ms, signal) {
      const giveUp = () => told.resolve(undefined)
      const timer = setTimeout(giveUp, ms)
      signal.addEventListener('abort', giveUp, { once: true })
      if (signal.aborted) giveUp()
      try {
        return await told.promise
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        leave()
      }
    },
    cancel: leave,
  }
}
