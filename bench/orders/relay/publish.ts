import { join } from 'node:path'
import { orderConfirmed } from '@firstcome/events'
import { type Arena, openArena } from '../../arena/arena.ts'
import { type Child, spawnChild } from '../../arena/child.ts'
import { readLog } from '../../arena/read-log.ts'
import type { BenchServers } from '../../arena/servers.ts'
import type { From } from '../../arena/services.ts'
import { processorSeconds } from '../../measure/process.ts'
import { until } from '../../measure/until.ts'
import { recordNumber } from './event.ts'
import { checkMarks, type Published, published } from './published.ts'

export interface Publisher {
  name: string
  /** Its program, from this folder. */
  program: string
}

export const firstcomeRelay: Publisher = { name: 'firstcome', program: 'firstcome.ts' }
export const tutorialRelay: Publisher = {
  name: 'a row at a time (tutorial, kafkajs)',
  program: '../../baselines/outbox/main.ts',
}

interface Job {
  from: From
  /** Rows that lie there when the process starts. */
  backlog: number
  /** Events that it writes itself. */
  written: number
  writers: number
  /** Events that do not count. */
  warmUp: number
}

const CHUNK = 1_000

/** Has the process publish everything. @throws unless each event is in the log once, those of a key in their order. */
export async function publishing(
  servers: BenchServers,
  { name, program }: Publisher,
  { from, backlog, written, writers, warmUp }: Job,
): Promise<{ records: Published[]; processorMicros: number }> {
  // order-service's database, for its outbox.
  const plan = { from, events: [orderConfirmed], timed: [orderConfirmed], owners: ['order-service' as const] }
  const arena = await openArena(servers, plan)
  try {
    await writeBacklog(arena, backlog)
    const total = backlog + written
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, program)]
    const child = spawnChild(command, {
      ...arena.envOf('order-service'),
      EVENTS: String(written),
      WRITERS: String(writers),
    })
    let processorMicros: number
    try {
      processorMicros = await untilEmpty(arena, total, child, warmUp)
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}\n${child.output().slice(-5_000)}`, { cause: error })
    } finally {
      await child.stop()
    }
    const records: Published[] = []
    await readLog(arena, [arena.topicOf(orderConfirmed)], (message) => records.push(published(message)))
    // Those who write at the same time are in nobody's order.
    checkMarks(name, records, total, { inOrder: written === 0 })
    return { records, processorMicros }
  } finally {
    await arena.close()
  }
}

async function writeBacklog({ kafka, databaseOf }: Arena, count: number): Promise<void> {
  const { pool } = databaseOf('order-service')
  for (let first = 0; first < count; first += CHUNK) {
    const records = Array.from({ length: Math.min(CHUNK, count - first) }, (_, i) => recordNumber(kafka, first + i))
    await pool.query(INSERT, [
      records.map(({ headers }) => headers.ce_id),
      records.map(({ topic }) => topic),
      records.map(({ key }) => key),
      records.map(({ headers }) => headers.ce_type),
      records.map(({ value }) => value),
      records.map(({ headers }) => JSON.stringify(headers)),
    ])
  }
  await pool.query('vacuum analyze outbox')
}

const INSERT = `
INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[])`

/** Until all that was to be written has been, and has left; tells what an event has cost the process, in microseconds. */
async function untilEmpty({ kafka, databaseOf }: Arena, total: number, child: Child, warmUp: number): Promise<number> {
  const database = databaseOf('order-service')
  let warm: { seconds: number; inLog: number } | undefined
  let inLog = 0
  await until(
    `${total} events to be published`,
    async () => {
      child.alive()
      const offsets = await kafka.topicOffsets(orderConfirmed.topic)
      inLog = offsets.reduce((sum, { low, high }) => sum + high - low, 0)
      if (inLog < total) {
        if (inLog >= warmUp) warm ??= { seconds: processorSeconds(child.pid), inLog }
        return false
      }
      return (await database.one<{ rows: number }>('SELECT count(*)::int AS rows FROM outbox')).rows === 0
    },
    { timeoutMs: 300_000, pollMs: 50, told: () => `${inLog} are` },
  )
  // So few that they came with the warm-up: then the start is part of what they cost.
  const since = warm ?? { seconds: 0, inLog: 0 }
  return ((processorSeconds(child.pid) - since.seconds) * 1e6) / (total - since.inLog)
}
