import type { Knex } from 'knex'
import { load } from './load.ts'
import { record } from './record.ts'
import { type Settlement, settle } from './settle.ts'
import type { RequestBatch } from './snapshot.ts'

/**
 * Answers a batch and makes the answers true: two round trips whatever its size, one where all of it had been decided before.
 * When somebody else changed what the decision rests on, decides again upon the new state; that somebody has made progress
 * each time, so this ends.
 */
export async function settleBatch(
  db: Knex,
  batch: RequestBatch,
  context: { now: () => number; newCouponId: () => string; signal: AbortSignal },
): Promise<Settlement> {
  for (;;) {
    context.signal.throwIfAborted()
    const snapshot = await load(db, batch)
    const settlement = settle(snapshot, batch, { now: context.now(), newCouponId: context.newCouponId })
    if (settlement.entry === undefined || (await record(db, settlement.entry))) return settlement
  }
}
