import type { Knex } from 'knex'

/**
 * Forgets what was decided so long ago that the log no longer holds the requests: nothing can be delivered again then.
 * `keepMs` must exceed the retention of the topic.
 */
export async function prune(db: Knex, now: number, keepMs: number): Promise<number> {
  const result = await db.raw<{ rows: [{ forgotten: number }] }>(PRUNE, { before: now - keepMs })
  return result.rows[0].forgotten
}

const PRUNE = `
WITH horizon AS (SELECT to_timestamp(cast(:before AS double precision) / 1000) AS before),
batches AS (DELETE FROM decided_batches WHERE decided_at < (SELECT before FROM horizon) RETURNING 1),
requests AS (DELETE FROM rejected_requests WHERE decided_at < (SELECT before FROM horizon) RETURNING 1)
SELECT (SELECT count(*) FROM batches) + (SELECT count(*) FROM requests) AS forgotten`
