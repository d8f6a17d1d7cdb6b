import type { Knex } from 'knex'

export interface StoredPosition {
  topic: string
  partition: number
  clusterId: string
  nextOffset: number
}

export async function positions(db: Knex): Promise<StoredPosition[]> {
  const result = await db.raw<{ rows: StoredPosition[] }>(
    `SELECT topic, partition, cluster_id AS "clusterId", next_offset AS "nextOffset"
       FROM partition_progress ORDER BY topic, partition`,
  )
  return result.rows
}

/** Lets go of the log that was decided so far: its positions and outcomes. Coupons and refusals are kept, they bind in any log. */
export async function forgetPositions(db: Knex): Promise<void> {
  await db.raw('WITH forgotten AS (DELETE FROM partition_progress) DELETE FROM decided_batches')
}
