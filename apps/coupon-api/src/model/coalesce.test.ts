import { expect, test, vi } from 'vitest'
import { coalesce } from './coalesce.ts'

test('calls of one turn share one flush, and each gets its own answer', async () => {
  const flush = vi.fn(async (numbers: number[]) => numbers.map((number) => number * 2))
  const double = coalesce(flush)
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6])
  expect(flush).toHaveBeenCalledTimes(1)
  expect(await double(4)).toBe(8)
  expect(flush).toHaveBeenCalledTimes(2)
})

test('a crowd is split, so that no single command holds the store for long', async () => {
  const flush = vi.fn(async (numbers: number[]) => numbers)
  const same = coalesce(flush, 2)
  expect(await Promise.all([1, 2, 3, 4, 5].map(same))).toEqual([1, 2, 3, 4, 5])
  expect(flush.mock.calls.map(([numbers]) => numbers.length)).toEqual([2, 2, 1])
})

test('a flush that fails is told to all its callers, and the next one starts afresh', async () => {
  const flush = vi.fn(async (numbers: number[]) => numbers)
  flush.mockRejectedValueOnce(new Error('away'))
  const same = coalesce(flush)
  const results = await Promise.allSettled([same(1), same(2)])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
  expect(await same(3)).toBe(3)
})
