/**
 * Says since when a partition has had its oldest slice in hand, where the watchdog reads it (`busySince`, by place): with a
 * slice that is told while the next one is handled, each has its own time, and a hanging one is seen in either role.
 */
export function createInHand(busySince: Map<string, number>, place: string) {
  /** In the order in which they were taken. */
  const slices = new Set<{ since: number }>()

  function tell() {
    const [oldest] = slices
    if (oldest) busySince.set(place, oldest.since)
    else busySince.delete(place)
  }

  return {
    /** Returns how to lay it down again. */
    take(): () => void {
      const slice = { since: Date.now() }
      slices.add(slice)
      tell()
      return () => {
        slices.delete(slice)
        tell()
      }
    },
  }
}

export type InHand = ReturnType<typeof createInHand>
