import { expect, test } from 'vitest'
import { firstDayOf, hasPartition, monthOf } from './month.ts'

const now = Date.UTC(2026, 10, 21)
const has = (time: number) => hasPartition(monthOf(time), now)

test('months are those of UTC', () => {
  expect(firstDayOf(monthOf(Date.UTC(2026, 10, 30, 23, 59, 59, 999)))).toBe('2026-11-01')
  expect(firstDayOf(monthOf(Date.UTC(2026, 11, 1)))).toBe('2026-12-01')
  expect(firstDayOf(monthOf(Date.UTC(2026, 11, 1)) + 1)).toBe('2027-01-01')
})

test('partitions are made from 2020 to the end of next year', () => {
  expect(has(Date.UTC(2020, 0, 1))).toBe(true)
  expect(has(Date.UTC(2027, 11, 31, 23, 59, 59, 999))).toBe(true)
  expect(has(Date.UTC(2020, 0, 1) - 1)).toBe(false)
  expect(has(Date.UTC(2028, 0, 1))).toBe(false)
})

test.each([0, -1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])('no partition is made for the time %i', (time) => {
  expect(has(time)).toBe(false)
})
