import { liveGeneration } from './books/boards.ts'
import { clock } from './books/orders.ts'
import { backlog, type Unsent } from './books/outbox.ts'
import type { Span } from './books/sql.ts'
import { dayAt, dayFinder } from './calendar.ts'
import { createCountedDays } from './compare/counted-days.ts'
import { createFindings } from './compare/findings.ts'
import { addTally, noTally } from './compare/tally.ts'
import { time } from './compare/words.ts'
import { compareBoards } from './read/compare-boards.ts'
import { compareOrders } from './read/compare-orders.ts'
import type { Books } from './read/look.ts'
import { planBoards, type RankingSettings } from './read/plan-boards.ts'
import { type Report, summarize } from './report/report.ts'

export interface ReconcileOptions {
  books: Books
  /** By the time orders were placed, epoch milliseconds; without `to`: until now, by the clock of the database. */
  span: { from: number; to?: number | undefined }
  graceMs: number
  stuckMs: number
  ranking: RankingSettings
  /** Rows that are read of a book at a time: the more, the fewer round trips; as many as by default are a few megabytes. */
  page?: number
  onProgress?: ((step: string, more: number) => void) | undefined
}

/** Examples of each kind of difference. */
const KEEP = 20
/** A transaction may take a while between the time that it writes and its end; beyond the grace, for clocks that differ. */
const SLACK_MS = 60_000
const DAY_MS = 86_400_000

/** Holds the books of the four services against each other. Only reads; the system may go on meanwhile. */
export async function reconcile(options: ReconcileOptions): Promise<Report> {
  const { books, graceMs, stuckMs, ranking, page = 4_000, onProgress } = options
  const began = performance.now()
  const now = await clock(books.orders)
  const span: Span = { from: options.span.from, to: options.span.to ?? now }
  const generation = await liveGeneration(books.redis)
  const findings = createFindings(KEEP)
  const tally = noTally()
  const movingSince = now - Math.max(graceMs, SLACK_MS)
  const counted = createCountedDays(movingSince)

  const findDay = dayFinder(ranking.timeZone)
  const rememberedFrom = now - ranking.ages.seen * DAY_MS
  const rememberedDayAt = (at: number) => (at >= rememberedFrom ? findDay(at) : undefined)
  const forgottenDays = new Set<string>()
  const touched = { first: dayAt(span.from, ranking.timeZone), last: dayAt(Math.min(span.to, now), ranking.timeZone) }
  await compareOrders({
    books,
    counting: { generation, rememberedDayAt },
    span,
    graceMs,
    stuckMs,
    page,
    onProgress,
    onCompared({ one, differences, tally: more }) {
      for (const difference of differences) findings.add(difference)
      addTally(tally, more)
      if (one.order?.status !== 'CONFIRMED') return
      const confirmedAt = one.order.settledAt!
      const day = findDay(confirmedAt)
      if (day > touched.last) touched.last = day
      if (one.counted === undefined) {
        forgottenDays.add(day)
        return
      }
      const { orderId } = one
      counted.add({ orderId, day, confirmedAt, items: one.items.ordered ?? '' }, one.counted)
    },
  })

  const plan = planBoards(touched, ranking, now)
  await compareBoards({
    books,
    generation,
    span,
    plan,
    ranking,
    page,
    counted,
    movingSince,
    onDifference: findings.add,
    onProgress,
  })
  const outboxes = {
    'order-service': await backlog(books.orders, now - stuckMs, KEEP),
    'payment-api': await backlog(books.payments, now - stuckMs, KEEP),
  }
  for (const [service, one] of Object.entries(outboxes)) {
    for (const which of ['parked', 'stuck'] as const) {
      const kind = `${which}-event` as const
      for (const event of one.examples[which]) findings.add({ kind, words: `${service}: ${wordsOf(event)}` })
      findings.more(kind, one[which] - one.examples[which].length)
    }
  }
  const seconds = (performance.now() - began) / 1_000
  return summarize({ span, now, seconds, tally, findings, outboxes, plan, graceMs, forgottenDays: forgottenDays.size })
}

function wordsOf({ id, topic, key, createdAt, error }: Unsent): string {
  return `event ${id} for ${topic}, key ${key}, of ${time(createdAt)}${error === null ? '' : `: ${error}`}`
}
