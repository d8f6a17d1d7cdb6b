import type { Kafka } from '@firstcome/kafka'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { onCommit } from '../wake-up.ts'
import { alarm } from './alarm.ts'
import { doubling } from './backoff.ts'
import { relayMetrics } from './metrics.ts'
import { BATCH, forgetOldInboxRows, type OutboxRow, readPending, recordFailure, refuse, remove } from './pending.ts'
import { type Published, publish } from './publish.ts'
import { openSession, type Session } from './session.ts'

/** A wake-up can be lost (a writer without a relay, a broken connection): how long a row then waits at most. */
const POLL_MS = 1_000
/** A batch in flight gets this long to be acknowledged at shutdown; after that it is published again by the next relay. */
const CLOSE_MS = 5_000
const HOUSEKEEPING_MS = 60 * 60 * 1_000

export interface RelayDependencies {
  db: Knex
  kafka: Pick<Kafka, 'sendRecords'>
  log: Logger
  metrics: Registry
}

export interface RelayOptions {
  /** Milliseconds between two looks, where no notification comes. Default: 1 s. */
  pollMs?: number | undefined
  /** Milliseconds for which it may stand still before another one takes its place. Default: 5 s. */
  standstillMs?: number | undefined
}

export interface Relay {
  name: string
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Publishes the outbox of one database. Any number of relays may run, one in each replica; one is active.
 *
 * It reads a batch in `seq` order, hands it to Kafka as a whole, and deletes exactly those rows once all are
 * acknowledged. A crash anywhere leaves the rows, and they are published again under the same event ids. Rows become
 * visible in commit order, which is not `seq` order, so nothing is ever inferred from the highest `seq` seen.
 */
export function startRelay(
  { db, kafka, log, metrics }: RelayDependencies,
  { pollMs = POLL_MS, standstillMs }: RelayOptions = {},
): Relay {
  const stopping = new AbortController()
  const { signal } = stopping
  const wake = alarm()
  const measure = relayMetrics(db, metrics)
  const reconnect = doubling(100, 5_000)
  const republish = doubling(100, 5_000)
  let session: Session | undefined
  let stopped = Promise.resolve()
  let cleanedAt = 0

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        session = await openSession(db, wake.ring, standstillMs)
        reconnect.reset()
        await serve(session)
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'outbox relay lost its database, connects again')
      } finally {
        measure.active.set(0)
        await session?.close()
        session = undefined
      }
      if (!signal.aborted) await wake.after(reconnect.next())
    }
  }

  async function serve(session: Session): Promise<void> {
    while (!signal.aborted) {
      if (!session.active && (await session.activate())) log.info('outbox relay is active')
      if (session.active) {
        measure.active.set(1)
        await drain(session)
        await housekeep(session)
      }
      await wake.within(pollMs)
    }
  }

  /**
   * Publishes until a read finds less than a full batch and nothing stands in the way of what it found. While Kafka has a batch,
   * the one before it is deleted and the one after it is read; that one leaves only when all before it has arrived.
   */
  async function drain(session: Session): Promise<void> {
    let arrived: OutboxRow[] = []
    let rows = await readPending(session)
    while (rows.length > 0 && !signal.aborted) {
      // Both are waited for, whatever becomes of one: nothing may still be on its way when the next session reads.
      const [sent, ahead] = await Promise.allSettled([publish(kafka, rows), turnOver(session, arrived, rows)])
      if (sent.status === 'rejected') throw sent.reason
      if (ahead.status === 'rejected') throw ahead.reason
      arrived = sent.value.published
      measure.published.inc(arrived.length)
      if (sent.value.refused.length === 0 && !sent.value.outage) {
        republish.reset()
        rows = ahead.value
        continue
      }
      await remove(session, arrived)
      arrived = []
      await note(session, rows, sent.value)
      await wake.after(republish.next())
      rows = await readPending(session)
    }
    await remove(session, arrived)
  }

  /** Deletes what has arrived, and reads what comes after the rows that are on their way, where a full batch says that there is more. */
  async function turnOver(session: Session, arrived: OutboxRow[], onTheirWay: OutboxRow[]): Promise<OutboxRow[]> {
    await remove(session, arrived)
    return onTheirWay.length === BATCH ? readPending(session, onTheirWay) : []
  }

  /** Keeps with the rows what went wrong. */
  async function note(session: Session, rows: OutboxRow[], { published, refused, outage }: Published): Promise<void> {
    if (refused.length > 0) {
      log.error({ err: refused[0]?.error, eventIds: refused.map(({ row }) => row.id) }, 'Kafka refuses outbox rows')
      await refuse(session, refused)
    }
    if (outage) {
      const settled = new Set([...published, ...refused.map(({ row }) => row)])
      const waiting = rows.filter((row) => !settled.has(row))
      log.warn({ err: outage, rows: waiting.length }, 'outbox rows wait for Kafka')
      await recordFailure(session, waiting, outage)
    }
  }

  async function housekeep(session: Session): Promise<void> {
    if (Date.now() - cleanedAt < HOUSEKEEPING_MS) return
    // Where there is more it comes in the next turn: between two there is time to publish.
    if (await forgetOldInboxRows(session)) wake.ring()
    else cleanedAt = Date.now()
  }

  const unsubscribe = onCommit(() => {
    if (session?.active) wake.ring()
    else session?.notify()
  })

  return {
    name: 'outbox-relay',
    async start() {
      stopped = run()
    },
    async close() {
      unsubscribe()
      stopping.abort()
      wake.end()
      const late = Symbol('late')
      const timeout = Promise.withResolvers<typeof late>()
      const timer = setTimeout(timeout.resolve, CLOSE_MS, late)
      if ((await Promise.race([stopped, timeout.promise])) === late) {
        log.warn('outbox relay stops with a batch unacknowledged: it will be published again')
        await session?.close()
      }
      clearTimeout(timer)
    },
  }
}
