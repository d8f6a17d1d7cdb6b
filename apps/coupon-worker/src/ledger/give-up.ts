import type { Knex } from 'knex'
import { packBatch } from './letters.ts'
import { load } from './load.ts'
import { isReadable } from './readable.ts'
import { record } from './record.ts'
import { settleGivenUp } from './settle-failed.ts'
import type { Answer, RequestBatch } from './snapshot.ts'

/**
 * Notes that one request went to the dead letters, puts back what it held, and moves progress past it where the request is
 * the next one: an earlier one that is still undecided must not be passed over. Resolves to what its user has to be told:
 * FAILED, or the decision, where there is one already and only telling it had failed.
 */
export async function giveUp(db: Knex, batch: RequestBatch, now: number): Promise<Answer> {
  const request = batch.requests[0]!
  if (!isReadable(request)) {
    const answer: Answer = { request, outcome: { kind: 'failed' }, decidedAt: now }
    await note(db, batch, answer)
    return answer
  }
  for (;;) {
    const { answer, entry } = settleGivenUp(await load(db, batch), batch, now)
    if (entry === undefined || (await record(db, entry))) return answer
  }
}

/** For a request that no snapshot can be loaded for: it was never decided and never held. */
async function note(db: Knex, { clusterId, topic, partition }: RequestBatch, answer: Answer): Promise<void> {
  const { outcomes, requestMarks } = packBatch([answer], answer.decidedAt)
  const { offset } = answer.request
  await db.raw(NOTE, { topic, partition, clusterId, offset, outcomes, requestMarks, now: answer.decidedAt })
}

const NOW = 'to_timestamp(cast(:now AS double precision) / 1000)'

const NOTE = `
WITH moved AS (
  INSERT INTO partition_progress AS progress (topic, partition, cluster_id, next_offset, updated_at)
  VALUES (:topic, :partition, :clusterId, cast(:offset AS bigint) + 1, ${NOW})
      ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at
   WHERE progress.next_offset = cast(:offset AS bigint) AND progress.cluster_id = excluded.cluster_id
)
INSERT INTO decided_batches (topic, partition, first_offset, next_offset, outcomes, request_marks, decided_at)
VALUES (:topic, :partition, cast(:offset AS bigint), cast(:offset AS bigint) + 1, :outcomes, cast(:requestMarks AS bytea), ${NOW})
    ON CONFLICT (topic, partition, first_offset) DO NOTHING`
