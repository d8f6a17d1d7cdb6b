/** How old the oldest unprocessed record of one partition is. */
export interface Age {
  /** The partition stands at a record of this time, epoch milliseconds: works on it, or waits with it. */
  standsAt(timestamp: number): void
  /** So many records are not committed. */
  lagIs(records: number): void
  /** Zero without lag, and for a time to come (a retry that waits); undefined as long as nothing is known. */
  seconds(): number | undefined
}

/**
 * A record that was fetched tells its age itself. One that was not, though it is there, counts from the moment its lag was
 * first seen. Between two records the age of the last one stands: the next is hardly younger, where both were in the log.
 */
export function createAge(now: () => number): Age {
  let known = false
  let since: number | undefined
  return {
    standsAt(timestamp) {
      known = true
      since = timestamp
    },
    lagIs(records) {
      known = true
      since = records === 0 ? undefined : (since ?? now())
    },
    seconds() {
      if (!known) return undefined
      return since === undefined ? 0 : Math.max(0, now() - since) / 1000
    },
  }
}
