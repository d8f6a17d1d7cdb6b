/** What a best-seller board covers. Weeks are ISO weeks: Monday to Sunday. */
export const periods = ['daily', 'weekly', 'monthly', 'all'] as const
export type Period = (typeof periods)[number]

/** First and last day, both included. */
export interface Span {
  from: Temporal.PlainDate
  to: Temporal.PlainDate
}

/** The days that a board covers which holds `date`; null for the board that never ends. */
export function spanOf(period: Period, date: Temporal.PlainDate): Span | null {
  switch (period) {
    case 'daily':
      return { from: date, to: date }
    case 'weekly': {
      const from = date.subtract({ days: date.dayOfWeek - 1 })
      return { from, to: from.add({ days: 6 }) }
    }
    case 'monthly':
      return { from: date.with({ day: 1 }), to: date.with({ day: date.daysInMonth }) }
    case 'all':
      return null
  }
}

/**
 * The shop's day at an instant (epoch milliseconds). The zone decides it, not the machine: an order confirmed at
 * 15:00 UTC belongs to the next day in Seoul.
 */
export function dayAt(epochMs: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).toPlainDate()
}

/** The instant after the span's last moment, in epoch seconds: what Redis's EXPIREAT counts from. */
export function endOf(span: Span, timeZone: string): number {
  return span.to.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds / 1000
}
