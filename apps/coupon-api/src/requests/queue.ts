import type { KnownRequest } from '../model/read-requests.ts'
import type { Progress } from '../outcomes/progress.ts'

export interface QueuePlace {
  /** 1: the next to be decided. */
  position: number
  /** At most so many requests are still ahead. */
  ahead: number
}

/**
 * A place in the queue is a place in the log: everything between the newest decision of the partition and the request is
 * ahead of it. Other coupons in the partition are counted too, so it is an upper bound; it never grows.
 */
export function queuePlace(offset: number, decidedOffset: number): QueuePlace {
  const ahead = Math.max(0, offset - decidedOffset - 1)
  return { position: ahead + 1, ahead }
}

/**
 * How far the partition of a pending request is decided. Every place that is told comes from here: from the read model,
 * whose number only grows and which no replica is ahead of, so that a client may ask one replica after the other and never
 * hears of a worse place; and from what this replica has heard, should the read model have lost its data.
 */
export function decidedBefore({ state, decidedOffset }: KnownRequest, progress: Progress): number {
  return state.status === 'PENDING' ? progress.advance(state.partition, decidedOffset) : -1
}
