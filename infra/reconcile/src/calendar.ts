import type { Span } from './books/sql.ts'

/** The days, weeks and months that boards cover, as ranking-service has them, said once more on purpose: a tool that checks shares no code. */
export const periods = ['daily', 'weekly', 'monthly', 'all'] as const
export type Period = (typeof periods)[number]

/** The shop's day (ISO date) at an instant, epoch milliseconds. */
export function dayAt(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** When a day begins in the zone, epoch milliseconds. */
export const beginOf = (day: string, timeZone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds

export const nextDay = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString()

export const spanOfDay = (day: string, timeZone: string): Span => ({
  from: beginOf(day, timeZone),
  to: beginOf(nextDay(day), timeZone),
})

/** All from the first to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day <= last; day = nextDay(day)) days.push(day)
  return days
}

export interface Board {
  /** Of its key: `weekly:2026-11-16`, `all`. */
  name: string
  period: Period
  /** First and last day; undefined for the board that never ends. */
  days?: { first: string; last: string }
}

/** The board of a period that holds the day. Weeks begin on Monday. */
export function boardOf(period: Period, day: string): Board {
  if (period === 'all') return { name: 'all', period }
  const date = Temporal.PlainDate.from(day)
  const first = { daily: date, weekly: date.subtract({ days: date.dayOfWeek - 1 }), monthly: date.with({ day: 1 }) }[
    period
  ]
  const last = { daily: date, weekly: first.add({ days: 6 }), monthly: date.with({ day: date.daysInMonth }) }[period]
  return { name: `${period}:${first}`, period, days: { first: first.toString(), last: last.toString() } }
}

/** `dayAt` for many instants that lie close together: finding a day costs more than all the rest that is done with an order. */
export function dayFinder(timeZone: string): (at: number) => string {
  let day = ''
  let span: Span = { from: 0, to: 0 }
  return (at) => {
    if (at < span.from || at >= span.to) {
      day = dayAt(at, timeZone)
      span = spanOfDay(day, timeZone)
    }
    return day
  }
}
