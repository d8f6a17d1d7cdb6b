/** How far each partition of `coupon-issue` is decided, as far as this replica has heard. */
export interface Progress {
  /** Highest decided offset, -1 where none is. */
  of(partition: number): number
  /** Takes what was heard into account. Returns the highest decided offset, which may be one that was heard before. */
  advance(partition: number, offset: number): number
}

export function createProgress(): Progress {
  const decided = new Map<number, number>()
  const of = (partition: number) => decided.get(partition) ?? -1

  return {
    of,
    advance(partition, offset) {
      // Two batches may be told out of order, and a Redis that lost its data starts over: a place must only ever get better.
      const highest = Math.max(of(partition), offset)
      decided.set(partition, highest)
      return highest
    },
  }
}
