import type { Case } from './case.ts'
import type { Kind } from './kinds.ts'
import type { Tally } from './tally.ts'

/** Takes note of what is found out about one order. */
export interface Notes {
  tally: Tally
  differs(kind: Kind, words: string): void
  /**
   * Something has not arrived at the next book. In flight, where it happened a moment ago or its event still waits in the
   * outbox of whoever was to send it, `senders`; else a difference.
   */
  missing(kind: Kind, since: number, senders: (keyof Case['unsent'])[], words: string): 'in flight' | 'missing'
}
