import { expect, it } from 'vitest'
import { boardOf, dayAt, dayFinder, daysBetween, spanOfDay } from './calendar.ts'

it('names boards by the first day that they cover', () => {
  const names = (day: string) => (['daily', 'weekly', 'monthly', 'all'] as const).map((one) => boardOf(one, day).name)
  expect(names('2026-11-21')).toEqual(['daily:2026-11-21', 'weekly:2026-11-16', 'monthly:2026-11-01', 'all'])
  expect(names('2026-01-01')).toEqual(['daily:2026-01-01', 'weekly:2025-12-29', 'monthly:2026-01-01', 'all'])
  expect(boardOf('weekly', '2026-11-22').days).toEqual({ first: '2026-11-16', last: '2026-11-22' })
  expect(boardOf('monthly', '2024-02-10').days).toEqual({ first: '2024-02-01', last: '2024-02-29' })
})

it('knows days by the zone, those of 23 hours as well', () => {
  expect(dayAt(Date.UTC(2026, 10, 21, 15), 'Asia/Seoul')).toBe('2026-11-22')
  const { from, to } = spanOfDay('2026-03-08', 'America/New_York')
  expect((to - from) / 3_600_000).toBe(23)
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
})

it('finds days in any order of the instants', () => {
  const find = dayFinder('Asia/Seoul')
  const midnight = Date.UTC(2026, 10, 21, 15)
  for (const at of [midnight, midnight - 1, midnight + 86_400_000, midnight + 1, 0]) {
    expect(find(at)).toBe(dayAt(at, 'Asia/Seoul'))
  }
})
