import { setTimeout as sleep } from 'node:timers/promises'
import { areCounted, type Moment, readMoment, type Sums, seenOf } from '../books/boards.ts'
import { confirmedAmong, type Sale, salesPlacedElsewhere, salesSince, soldOutside } from '../books/orders.ts'
import { NO_ID, type Span } from '../books/sql.ts'
import { type Board, dayFinder, daysBetween, spanOfDay } from '../calendar.ts'
import { addSums, compareBoard } from '../compare/boards.ts'
import type { CountedDays, CountedSale } from '../compare/counted-days.ts'
import type { Difference } from '../compare/kinds.ts'
import type { Books } from './look.ts'
import { type BoardPlan, type RankingSettings, spansOf } from './plan-boards.ts'

/** How often it is tried to catch all books at one moment while orders come in. */
const TRIES = 40
const PAUSE_MS = 25
/** Who is confirmed now was placed no longer ago than that, as a rule; the first try and the last one do without the rule. */
const RECENT_MS = 3_600_000

export interface BoardOptions {
  books: Books
  generation: string
  span: Span
  plan: BoardPlan
  ranking: RankingSettings
  /** Orders of a page. */
  page: number
  /** Holds the orders of the span already. */
  counted: CountedDays
  /** What was confirmed since is looked up again: it may have been confirmed after its order was compared. Epoch milliseconds. */
  movingSince: number
  onDifference(difference: Difference): void
  onProgress?: ((step: string, more: number) => void) | undefined
}

/** The boards were replaced by a rebuild in the middle of it all. */
export class BoardsReplaced extends Error {
  readonly code = 'BOARDS_REPLACED'
}

/** Compares each board with what the orders sold that were counted in it. */
export async function compareBoards(options: BoardOptions): Promise<void> {
  const { books, plan, ranking, counted, onDifference } = options
  await addOthers(options)
  const elsewhere = await soldElsewhere(options)

  const strangers = new Map<string, number>()
  let caught = await catchMoment(options, strangers)
  if (caught.moved.length > 0) {
    for (const day of caught.moved) {
      const { orders, differences } = await strangersOf(options, day)
      strangers.set(day, orders)
      if (plan.days.includes(day)) differences.forEach(onDifference)
    }
    caught = await catchMoment(options, strangers)
  }
  for (const day of caught.moved) {
    const words = `day ${day}: its seen-set holds ${caught.moment.seen.get(day)} orders, ${counted.orders(day)} confirmed ones of it were found there`
    onDifference({ kind: 'unsettled', words })
  }
  const isSettled = (board: Board) => !caught.moved.some((day) => isIn(day, board))
  for (const board of plan.boards.filter(isSettled)) {
    const sold = new Map(elsewhere.get(board.name) ?? [])
    for (const day of plan.counted) if (isIn(day, board)) addSums(sold, counted.sums(day))
    compareBoard(board, caught.moment.sums.get(board.name)!, sold).forEach(onDifference)
  }

  /** Orders that were confirmed on the days that matter and placed before or after the span. */
  async function addOthers({ span, page: size, onProgress }: BoardOptions): Promise<void> {
    for (const confirmed of spansOf(plan.counted, ranking.timeZone)) {
      for (let after = NO_ID; ; ) {
        const sales = await salesPlacedElsewhere(books.orders, confirmed, { ...span, after, size })
        const ofDays = dated(options, sales)
        const known = await areCounted(books.redis, options.generation, ofDays)
        for (const [i, sale] of ofDays.entries()) counted.add(sale, known[i]!)
        onProgress?.('orders placed before or after', sales.length)
        if (sales.length < size) break
        after = sales.at(-1)!.orderId
      }
    }
  }
}

const isIn = (day: string, { days }: Board) => !days || (day >= days.first && day <= days.last)

function dated({ plan, ranking }: BoardOptions, sales: Sale[]): CountedSale[] {
  const dayAt = dayFinder(ranking.timeZone)
  return sales
    .map((sale) => ({ ...sale, day: dayAt(sale.confirmedAt) }))
    .filter(({ day }) => plan.counted.includes(day))
}

/** What was sold on the other days of the boards, where every confirmed order is taken for counted. By board. */
async function soldElsewhere({ books, plan, ranking }: BoardOptions): Promise<Map<string, Sums>> {
  const first = plan.boards.flatMap(({ days }) => days?.first ?? []).sort()[0]
  const last = plan.boards
    .flatMap(({ days }) => days?.last ?? [])
    .sort()
    .at(-1)
  const days = first === undefined ? [] : daysBetween(first, last!)
  const spans = days.map((day) => spanOfDay(day, ranking.timeZone))
  const thresholds = [...spans.map(({ from }) => from), ...spans.slice(-1).map(({ to }) => to)]
  const sold = await soldOutside(books.orders, spansOf(plan.counted, ranking.timeZone), thresholds)
  return new Map(
    plan.boards.map((board) => {
      const sums: Sums = new Map()
      for (const { bucket, productId, quantity } of sold) {
        const day = days[bucket - 1]
        if (board.period === 'all' || (day !== undefined && isIn(day, board))) addSums(sums, [[productId, quantity]])
      }
      return [board.name, sums]
    }),
  )
}

/**
 * A moment at which every order in the seen-sets is one that is known to be confirmed, so that the boards are the sums of exactly
 * those. Orders may be confirmed and counted all the time; the latest are looked up just before. `moved`: days for
 * which there was no such moment.
 */
async function catchMoment(
  options: BoardOptions,
  strangers: Map<string, number>,
): Promise<{ moment: Moment; moved: string[] }> {
  const { books, generation, plan, counted, movingSince } = options
  for (let tries = 1; ; tries += 1) {
    // Not for long: what is confirmed and counted while this looks for it is not among what it finds.
    const sales = await salesSince(books.orders, movingSince, tries === 1 ? undefined : movingSince - RECENT_MS)
    for (const sale of dated(options, sales)) counted.add(sale, false)
    const boards = plan.boards.map(({ name }) => name)
    const moment = await readMoment(books.redis, generation, {
      boards,
      days: plan.counted,
      orders: counted.uncounted(),
    })
    if (moment.generation !== generation) {
      throw new BoardsReplaced('The boards were made again and replaced meanwhile: run this once more')
    }
    counted.found(moment.counted)
    const moved = plan.counted.filter((day) => moment.seen.get(day) !== counted.orders(day) + (strangers.get(day) ?? 0))
    if (moved.length === 0 || tries === TRIES) return { moment, moved }
    await sleep(PAUSE_MS)
  }
}

/** Orders in the seen-set of a day that were not confirmed on it. */
async function strangersOf(
  { books, generation, ranking }: BoardOptions,
  day: string,
): Promise<{ orders: number; differences: Difference[] }> {
  const confirmed = spanOfDay(day, ranking.timeZone)
  const found = new Set<string>()
  for await (const members of seenOf(books.redis, generation, day)) {
    const ids = members.filter((member) => isId.test(member))
    const known = await confirmedAmong(books.orders, ids, confirmed)
    for (const member of members) if (!known.has(member)) found.add(member)
  }
  const differences = [...found].map((id): Difference => {
    return { kind: 'counted-unconfirmed', words: `order ${id}: counted on ${day}, on which it was not confirmed` }
  })
  return { orders: found.size, differences }
}

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
