import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import type pg from 'pg'
import { durable } from '../kafkajs/client.ts'

/** How long it waits where there is nothing to do. */
const POLL_MS = 50

interface OutboxRow {
  id: string
  aggregatetype: string
  aggregateid: string
  payload: Buffer
  headers: Record<string, string>
}

/** An outbox as tutorials have it: the oldest row is read, sent, and deleted, then the next one. */
export async function relayRows(pool: pg.Pool, producer: Producer, prefix: string): Promise<never> {
  for (;;) {
    const { rows } = await pool.query<OutboxRow>(OLDEST)
    const row = rows[0]
    if (!row) {
      await sleep(POLL_MS)
      continue
    }
    const { id, aggregatetype, aggregateid, payload, headers } = row
    await producer.send({
      ...durable,
      topic: prefix + aggregatetype,
      messages: [{ key: aggregateid, value: payload, headers }],
    })
    await pool.query('DELETE FROM outbox WHERE id = $1', [id])
  }
}

/** By its index. */
const OLDEST = `
SELECT id, aggregatetype, aggregateid, payload, headers FROM outbox
 WHERE parked_at IS NULL ORDER BY seq LIMIT 1`
