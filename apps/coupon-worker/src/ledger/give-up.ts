import type { Knex } from 'knex'
import { packBatch } from './letters.ts'
import { load } from './load.ts'
import { settle } from './settle.ts'
import type { Answer, RequestBatch } from './snapshot.ts'

/**
 * Notes that one request went to the dead letters, and moves progress past it where the request is the next one. Resolves
 * to what its user has to be told: FAILED, or the decision, where there is one already and only telling it had failed.
 */
export async function giveUp(db: Knex, batch: RequestBatch, now: number): Promise<Answer> {
  const decided = await decisionOf(db, batch, now)
  if (decided) return decided
  const request = batch.requests[0]!
  const answer: Answer = { request, outcome: { kind: 'failed' }, decidedAt: now }
  const packed = packBatch([answer], now)
  await db.raw(GIVE_UP, {
    topic: batch.topic,
    partition: batch.partition,
    clusterId: batch.clusterId,
    offset: request.offset,
    outcomes: packed.outcomes,
    requestMarks: packed.requestMarks,
    now,
  })
  return answer
}

/** A request that no snapshot can be loaded for (an id that is no UUID, say) cannot have been decided either. */
async function decisionOf(db: Knex, batch: RequestBatch, now: number): Promise<Answer | undefined> {
  const offset = batch.requests[0]!.offset
  const readable = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(batch.requests[0]!.requestId)
  if (!readable) return undefined
  const snapshot = await load(db, batch)
  if (!snapshot.progress || snapshot.progress.nextOffset <= offset || snapshot.decided.length === 0) return undefined
  return settle(snapshot, batch, { now, newCouponId: () => '' }).answers[0]
}

const NOW = 'to_timestamp(cast(:now AS double precision) / 1000)'

/** Progress moves only if this very request is the next one: an earlier one that is still undecided must not be passed over. */
const GIVE_UP = `
WITH moved AS (
  INSERT INTO partition_progress AS progress (topic, partition, cluster_id, next_offset, updated_at)
  VALUES (:topic, :partition, :clusterId, cast(:offset AS bigint) + 1, ${NOW})
      ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at
   WHERE progress.next_offset = cast(:offset AS bigint) AND progress.cluster_id = excluded.cluster_id
)
INSERT INTO decided_batches (topic, partition, first_offset, next_offset, outcomes, request_marks, decided_at)
VALUES (:topic, :partition, cast(:offset AS bigint), cast(:offset AS bigint) + 1, :outcomes, cast(:requestMarks AS bytea), ${NOW})
    ON CONFLICT (topic, partition, first_offset) DO NOTHING`
