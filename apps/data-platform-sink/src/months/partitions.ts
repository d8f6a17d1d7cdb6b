import { isOutage } from '@firstcome/kafka'
import type { Service } from '@firstcome/service'
import type { Knex } from 'knex'
import { firstDayOf, hasPartition, type Month, monthOf } from './month.ts'

/** The monthly partitions of the facts. */
export interface Partitions {
  /**
   * Makes those that these times (epoch milliseconds) need and that are missing; costs nothing for months that were asked for
   * before. Where one can not be made, its facts go to the default partition and are moved when it can. Rejects in an outage.
   */
  makeFor(times: number[]): Promise<void>
  /** Makes this month's and the next one's, after forgetting what it knew: what failed or was dropped is looked at again. */
  makeAhead(): Promise<void>
}

export interface PartitionsOptions {
  db: Knex
  log: Pick<Service['log'], 'error'>
  /** Epoch milliseconds. */
  now: () => number
}

export function createPartitions({ db, log, now }: PartitionsOptions): Partitions {
  const known = new Set<Month>()

  async function make(month: Month): Promise<void> {
    await db.raw('select add_facts_month(?::date)', [firstDayOf(month)]).catch((error: unknown) => {
      if (isOutage(error)) throw error
      // A right that was taken away, say: no reason to park a single order.
      log.error(
        { err: error, month: firstDayOf(month) },
        'no partition for this month: its facts go to the default one',
      )
    })
    known.add(month)
  }

  async function makeMissing(months: Iterable<Month>): Promise<void> {
    for (const month of months) {
      if (!known.has(month) && hasPartition(month, now())) await make(month)
    }
  }

  return {
    makeFor: (times) => makeMissing(new Set(times.map(monthOf))),
    async makeAhead() {
      known.clear()
      const month = monthOf(now())
      await makeMissing([month, month + 1])
    },
  }
}
