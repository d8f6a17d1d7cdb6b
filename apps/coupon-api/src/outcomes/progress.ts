/** How far each partition of `coupon-issue` is decided, as far as this replica has heard. */
export interface Progress {
  /** Highest decided offset, -1 where none is. */
  of(partition: number): number
  advance(partition: number, offset: number): void
}

export function createProgress(): Progress {
  const decided = new Map<number, number>()
  return {
    of: (partition) => decided.get(partition) ?? -1,
    advance(partition, offset) {
      // Two batches may be told out of order; the place in the queue must only ever get better.
      if (offset > (decided.get(partition) ?? -1)) decided.set(partition, offset)
    },
  }
}
