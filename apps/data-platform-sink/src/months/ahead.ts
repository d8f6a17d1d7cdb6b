import { type Repeated, repeat, type Service } from '@firstcome/service'
import type { Partitions } from './partitions.ts'

const EVERY_MS = 3_600_000

/** Makes the partitions of this month and the next, now and every hour, so that nobody waits for one at midnight. */
export function startMonthsAhead(partitions: Partitions, log: Pick<Service['log'], 'warn'>): Repeated {
  return repeat('months-ahead', EVERY_MS, log, async () => {
    await partitions.makeAhead()
    return false
  })
}
