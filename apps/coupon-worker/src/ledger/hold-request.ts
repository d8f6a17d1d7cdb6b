import type { Knex } from 'knex'
import { load } from './load.ts'
import { isReadable } from './readable.ts'
import { record } from './record.ts'
import { settleRetry } from './settle-failed.ts'
import type { RequestBatch } from './snapshot.ts'

/**
 * Notes at its place that one request failed and is tried again, and moves progress past it. For a `strict` policy its unit
 * of the stock and its rank are kept for it, so that nobody who comes later gets them. Changes nothing when it is repeated.
 */
export async function holdRequest(db: Knex, batch: RequestBatch, now: number): Promise<void> {
  if (!isReadable(batch.requests[0]!)) return
  for (;;) {
    const entry = settleRetry(await load(db, batch), batch, now)
    if (entry === undefined || (await record(db, entry))) return
  }
}
