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
