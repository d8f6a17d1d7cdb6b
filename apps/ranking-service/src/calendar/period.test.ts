import { describe, expect, it } from 'vitest'
import { dayAt, endOf, type Period, spanOf } from './period.ts'

const seoul = 'Asia/Seoul'
const day = (iso: string) => Temporal.PlainDate.from(iso)
const span = (period: Period, iso: string) => {
  const found = spanOf(period, day(iso))
  return found && [found.from.toString(), found.to.toString()]
}

describe('the day of an order', () => {
  it('changes at midnight in Seoul, not in UTC', () => {
    expect(dayAt(Date.UTC(2025, 2, 1, 14, 59, 59, 999), seoul).toString()).toBe('2025-03-01')
    expect(dayAt(Date.UTC(2025, 2, 1, 15, 0, 0, 0), seoul).toString()).toBe('2025-03-02')
  })

  it('follows the zone that is set', () => {
    expect(dayAt(Date.UTC(2025, 2, 1, 15), 'UTC').toString()).toBe('2025-03-01')
    expect(dayAt(Date.UTC(2025, 2, 1, 4), 'America/New_York').toString()).toBe('2025-02-28')
  })
})

describe('the days of a board', () => {
  it('is one day for daily', () => {
    expect(span('daily', '2025-03-02')).toEqual(['2025-03-02', '2025-03-02'])
  })

  it('runs from Monday to Sunday for weekly, over the end of a month and of a year', () => {
    expect(span('weekly', '2025-03-02')).toEqual(['2025-02-24', '2025-03-02'])
    expect(span('weekly', '2025-03-03')).toEqual(['2025-03-03', '2025-03-09'])
    expect(span('weekly', '2026-01-01')).toEqual(['2025-12-29', '2026-01-04'])
  })

  it('is the whole month for monthly, leap years included', () => {
    expect(span('monthly', '2024-02-11')).toEqual(['2024-02-01', '2024-02-29'])
    expect(span('monthly', '2025-12-31')).toEqual(['2025-12-01', '2025-12-31'])
  })

  it('has no days for the board of all time', () => {
    expect(spanOf('all', day('2025-03-02'))).toBeNull()
  })

  it('ends where the next day begins in the zone, also on a day that has 23 hours', () => {
    expect(endOf({ from: day('2025-03-02'), to: day('2025-03-02') }, seoul)).toBe(Date.UTC(2025, 2, 2, 15) / 1000)
    const summertime = { from: day('2025-03-09'), to: day('2025-03-09') }
    expect(endOf(summertime, 'America/New_York')).toBe(Date.UTC(2025, 2, 10, 4) / 1000)
  })
})
