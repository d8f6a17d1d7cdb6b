import type { Outcome } from '../requests/request-state.ts'

export type Listener = (outcome: Outcome) => void

/** Who waits for which request on this replica. One list for the process, fed by one subscription. */
export interface WaitingRoom {
  /** Returns how to leave. */
  enter(requestId: string, listener: Listener): () => void
  /** Tells everybody who waits for this request, once. */
  tell(requestId: string, outcome: Outcome): void
  waitingFor(): string[]
  readonly size: number
}

export function createWaitingRoom(): WaitingRoom {
  const listeners = new Map<string, Set<Listener>>()
  let size = 0

  return {
    enter(requestId, listener) {
      const those = listeners.get(requestId) ?? new Set()
      listeners.set(requestId, those.add(listener))
      size++
      return () => {
        if (!those.delete(listener)) return
        size--
        // Only this very set: after `tell` others may wait for the request in a new one.
        if (those.size === 0 && listeners.get(requestId) === those) listeners.delete(requestId)
      }
    },
    tell(requestId, outcome) {
      const those = listeners.get(requestId)
      if (!those) return
      listeners.delete(requestId)
      size -= those.size
      const told = [...those]
      those.clear()
      for (const listener of told) listener(outcome)
    },
    waitingFor: () => [...listeners.keys()],
    get size() {
      return size
    },
  }
}
