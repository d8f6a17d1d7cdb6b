import type { Span } from '../books/sql.ts'
import { type Board, beginOf, boardOf, dayAt, daysBetween, nextDay, periods, spanOfDay } from '../calendar.ts'

export interface RankingSettings {
  timeZone: string
  /** Days that things are kept, as ranking-service is told. */
  ages: { daily: number; weekly: number; monthly: number; seen: number }
}

export interface BoardPlan {
  /** Days that the span touches and whose counted orders are remembered. */
  days: string[]
  /** Those, and the days on which orders are counted at the moment: the longer boards move with them. */
  counted: string[]
  /** Boards to compare: of the days, of the weeks and months that hold them, and of all time. */
  boards: Board[]
  /** Boards that have been deleted for their age by now. */
  expired: string[]
}

const DAY_MS = 86_400_000
/** Redis deletes by its own clock, and a run takes a while. */
const MARGIN_MS = 600_000

/**
 * Which boards can be compared. `touched`: first and last day of the span or of its confirmed orders. A seen-set lives on for its
 * age after the last order of its day was counted, so of a day that began no longer ago than that it is there.
 */
export function planBoards(
  touched: { first: string; last: string },
  { timeZone, ages }: RankingSettings,
  now: number,
): BoardPlan {
  const isRemembered = (day: string) => beginOf(day, timeZone) >= now + MARGIN_MS - ages.seen * DAY_MS
  const today = dayAt(now, timeZone)
  // Days as text: in their order as in time.
  const [last] = [touched.last, today].sort() as [string]
  const oldest = dayAt(now - ages.seen * DAY_MS, timeZone)
  const [, first] = [touched.first, oldest].sort() as [string, string]
  const days = daysBetween(first, last).filter(isRemembered)
  const moving = daysBetween(dayAt(now - MARGIN_MS, timeZone), dayAt(now + MARGIN_MS, timeZone))
  const counted = [...new Set([...days, ...moving])].sort()

  const isKept = ({ period, days: of }: Board) =>
    period === 'all' || beginOf(nextDay(of!.last), timeZone) + ages[period] * DAY_MS > now + MARGIN_MS
  const boards = new Map(
    periods.flatMap((period) => days.map((day) => boardOf(period, day))).map((one) => [one.name, one]),
  )
  boards.set('all', boardOf('all', today))
  return {
    days,
    counted,
    boards: [...boards.values()].filter(isKept),
    expired: [...boards.values()].filter((board) => !isKept(board)).map(({ name }) => name),
  }
}

/** Days that follow each other as one span. */
export function spansOf(days: string[], timeZone: string): Span[] {
  const spans: Span[] = []
  for (const day of days) {
    const span = spanOfDay(day, timeZone)
    const before = spans.at(-1)
    if (before?.to === span.from) before.to = span.to
    else spans.push(span)
  }
  return spans
}
