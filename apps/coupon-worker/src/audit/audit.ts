import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Contracts,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  type EventType,
} from '@firstcome/events'
import type { LogView } from '@firstcome/kafka'
import type { Knex } from 'knex'
import { noteLetters, unnoted } from './check-letters.ts'
import { checkTables } from './check-tables.ts'
import { checkVerdicts } from './check-verdicts.ts'
import { bytes, numbers } from './column.ts'
import { createFindings, type Findings } from './findings.ts'
import { nameOf, type RequestLog } from './log.ts'
import { decideAgain, type Verdicts } from './model.ts'
import { scattered, taskOf, testimony } from './prepare.ts'
import { readLedger } from './read-ledger.ts'
import { inOrder, readLog } from './read-log.ts'
import { type Report, summarize } from './report.ts'
import { createTold, type Missing, type Told } from './told.ts'

export interface AuditOptions {
  db: Knex
  view: LogView
  contracts: Contracts
  /** Only this one. */
  policy?: number | undefined
  /** How long an outcome that is decided may take to be published, milliseconds. */
  graceMs?: number
  /** The wait topics of requests that failed, without prefix, in the order in which a request passes them; then the dead letters. */
  waitTopics: { topic: string; group: string }[]
  onProgress?: (step: string, count: number) => void
}

/**
 * Decides the whole log again with a plain model and compares: with the worker's database, as one snapshot of it is, and with
 * everything that was published. The log is read only as far as that snapshot says it is decided. Changes nothing anywhere.
 */
export async function audit(options: AuditOptions): Promise<Report> {
  const { db, view, contracts, policy } = options
  const findings = createFindings()
  const counter = (step: string) => {
    let count = 0
    return (more = 1) => {
      count += more
      options.onProgress?.(step, count)
    }
  }

  const { rows } = await db.raw<{ rows: [{ now: number }] }>(
    'SELECT cast(extract(epoch FROM now()) * 1000 AS bigint) AS now',
  )
  const ledger = await readLedger(db, couponIssueRequested.topic, { policy, onRows: counter('rows of the database') })
  const log = await readLog(view, contracts, ledger, { policy, onRecord: counter('requests') })
  noteLetters(log, ledger.batches, findings, policy)
  ledger.batches.length = 0
  checkTables(ledger, findings)

  const skip = scattered(log)
  const verdicts: Verdicts = { letter: bytes(), rank: numbers(), held: bytes() }
  for (const part of log.partitions) {
    const { asks, starts, happenings } = taskOf(ledger, log, part, skip)
    decideAgain(asks, part.next, starts, happenings, testimony(ledger, log, part), verdicts)
  }
  checkVerdicts(ledger, log, verdicts, skip, findings)
  const waiting = await checkNoted(log, options, findings)

  const told = createTold(ledger, log, { cut: rows[0].now, policy, findings })
  const missing = await readTold(told, options, counter('outcomes'))
  for (const { policy: id, words } of missing.violations) findings.add('not-told', id, words)
  told.finish()
  return summarize(ledger, log, skip, findings, { waiting, forgotten: missing.forgotten, unproven: told.unproven() })
}

/** Every place below the progress is noted, or its request lies on one of the wait topics. Resolves to how many do. */
async function checkNoted(log: RequestLog, { view, waitTopics }: AuditOptions, findings: Findings): Promise<number> {
  const bare = unnoted(log)
  if (bare.length === 0) return 0
  const waiting = new Set<string>()
  // In the order in which a request passes them: what has left one of them is on a later one, or answered.
  for (const { topic, group } of waitTopics) {
    const committed = await view.committed(group, topic)
    const ends = await view.topicOffsets(topic)
    const spans = ends.map((end) => ({ ...end, low: Math.max(end.low, committed.get(end.partition) ?? end.low) }))
    await view.read(topic, spans, ({ origin }) => {
      if (origin) waiting.add(`${origin.partition}/${origin.offset}`)
    })
  }
  for (const { place, request, policy } of bare) {
    if (waiting.has(place)) continue
    findings.add('no-outcome', policy, `${nameOf(log, request)}: nothing is noted at ${place}`)
  }
  return bare.filter(({ place }) => waiting.has(place)).length
}

/** Reads what was published, to the end that it has; then a little longer, while something is missing that may be on its way. */
async function readTold(
  told: Told,
  { view, contracts, graceMs = 5_000 }: AuditOptions,
  onRecord: () => void,
): Promise<{ violations: Missing[]; forgotten: number }> {
  const completed = follow(view, contracts, couponIssueCompleted, onRecord, told.completed)
  const failed = follow(view, contracts, couponIssueFailed, onRecord, told.failed)
  const until = async () => {
    await Promise.all([completed.readOn(), failed.readOn()])
    return told.missing()
  }
  let missing = await until()
  for (const deadline = Date.now() + graceMs; missing.length > 0 && Date.now() < deadline; ) {
    await sleep(500)
    missing = await until()
  }
  // Refusals are forgotten after a while, as requests are, only not at the very same moment.
  const isForgotten = ({ coupon, partition, decidedAt }: Missing) =>
    (coupon ? completed : failed).begins(partition) > decidedAt
  return { violations: missing.filter((one) => !isForgotten(one)), forgotten: missing.filter(isForgotten).length }
}

function follow<T>(
  view: LogView,
  contracts: Contracts,
  event: EventType<T>,
  onRecord: () => void,
  onOutcome: (value: T, eventId: string) => void,
) {
  const read = new Map<number, number>()
  const first = new Map<number, number>()
  /** Partitions whose beginning was cut off. */
  const cut = new Set<number>()
  const reader = inOrder(contracts, event, (record, value) => {
    onRecord()
    if (!first.has(record.partition)) first.set(record.partition, record.timestamp)
    const { topic, partition, offset, id } = record
    if (value !== undefined) onOutcome(value, id ?? `${topic}-${partition}-${offset}`)
  })
  return {
    async readOn() {
      const ends = await view.topicOffsets(event.topic)
      for (const { partition, low } of ends) if (low > 0 && !read.has(partition)) cut.add(partition)
      const spans = ends.map((end) => ({ ...end, low: Math.max(end.low, read.get(end.partition) ?? 0) }))
      await view.read(event.topic, spans, reader.take)
      await reader.done()
      for (const { partition, high } of ends) read.set(partition, high)
    },
    /** The time of the first record that is still there, where earlier ones are not: epoch milliseconds. */
    begins: (partition: number) => (cut.has(partition) ? (first.get(partition) ?? Number.POSITIVE_INFINITY) : 0),
  }
}
