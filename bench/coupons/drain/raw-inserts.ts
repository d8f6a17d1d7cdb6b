import { v7 as uuidv7 } from 'uuid'
import { openDatabase } from '../../arena/database.ts'
import type { BenchServers } from '../../arena/servers.ts'
import { migrate } from '../../arena/services.ts'
import type { Contestant } from '../../measure/contest.ts'
import type { Size } from '../size.ts'

/** The worker's. */
const BATCH = 2000

const INSERT = `
INSERT INTO coupons (policy_id, user_id, request_id, coupon_id, rank, partition, log_offset, issued_at)
SELECT 1, n, request_id, coupon_id, n, 0, n, now()
  FROM unnest($1::bigint[], $2::uuid[], $3::uuid[]) AS new (n, request_id, coupon_id)`

/** Rows into the worker's own table, in batches of its size, each a transaction, one after the other on one connection. */
export const rawInserts = ({ postgresUrl }: BenchServers, { from, drain }: Size): Contestant => ({
  name: 'Postgres alone, unnest',
  async round() {
    const database = await openDatabase(postgresUrl, (url) => migrate('coupon-worker', from, url))
    const rows = Array.from({ length: Math.ceil(drain.requests / BATCH) }, (_, batch) =>
      batchOf(batch, Math.min(BATCH, drain.requests - batch * BATCH)),
    )
    const connection = await database.pool.connect()
    const began = performance.now()
    for (const batch of rows) await connection.query(INSERT, batch)
    const took = performance.now() - began
    connection.release()
    await database.drop()
    return { 'coupons/s': (drain.requests * 1000) / took }
  },
})

function batchOf(batch: number, size: number): [number[], string[], string[]] {
  const uuids = () => Array.from({ length: size }, () => uuidv7())
  return [Array.from({ length: size }, (_, i) => batch * BATCH + i + 1), uuids(), uuids()]
}
