import { expect, test } from 'vitest'
import { latencyOf } from './latency.ts'

test('of a hundred samples in any order, the percentiles are those with as many below them', () => {
  const samples = Array.from({ length: 100 }, (_, nth) => (nth * 37) % 100)
  expect(latencyOf(samples)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 99 })
})

test('of nothing there is nothing to tell', () => {
  expect(latencyOf([])).toEqual({ count: 0, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN })
})
