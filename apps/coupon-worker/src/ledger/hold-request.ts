import type { Knex } from 'knex'
import { holdPlace } from '../decide/hold.ts'
import { holdEntry } from './entry.ts'
import { unpackOutcome } from './letters.ts'
import { load } from './load.ts'
import { isReadable } from './readable.ts'
import { record } from './record.ts'
import { requireSameCluster } from './settle.ts'
import type { RequestBatch } from './snapshot.ts'

/**
 * Notes at its place that one request failed and is tried again, and moves progress past it. For a `strict` policy its unit
 * of the stock and its rank are kept for it, so that nobody who comes later gets them. Changes nothing when it is repeated.
 */
export async function holdRequest(db: Knex, batch: RequestBatch, now: number): Promise<void> {
  const request = batch.requests[0]!
  if (!isReadable(request)) return
  for (;;) {
    const snapshot = await load(db, batch)
    requireSameCluster(snapshot, batch)
    if (unpackOutcome(snapshot.decided, request.offset)) return
    const passed = snapshot.progress !== null && snapshot.progress.nextOffset > request.offset
    // Those behind it have their ranks already: too late to keep one for it.
    const hold = passed ? undefined : holdPlace(snapshot, request)
    if (await record(db, holdEntry(snapshot, batch, hold, passed, now))) return
  }
}
