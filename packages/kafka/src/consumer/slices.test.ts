import { expect, test } from 'vitest'
import { createSlices } from './slices.ts'

/** Hands `total` messages over as the partition loop does, and says in which calls; a call fails while it holds a poisoned one. */
function run(total: number, most: number, poisoned: Set<number>) {
  const slices = createSlices(most)
  const handled: number[] = []
  let calls = 0
  for (let at = 0; at < total; ) {
    const slice = Array.from({ length: Math.min(slices.size(), total - at) }, (_, i) => at + i)
    calls++
    if (!slice.some((one) => poisoned.has(one))) {
      handled.push(...slice)
      at += slice.length
      slices.succeeded(slice.length, at)
    } else if (slice.length > 1) slices.failed(slice.length, at)
    else {
      at++
      slices.succeeded(1, at)
      slices.found()
    }
  }
  return { handled, calls }
}

const range = (length: number) => Array.from({ length }, (_, i) => i)

test('without trouble every slice is as large as it may be', () => {
  expect(run(1000, 100, new Set()).calls).toBe(10)
})

test.for([0, 1, 49, 98, 99])(
  'the one offender, message %i of 100, is found by halving; all others are handled once, in order',
  (poison) => {
    const { handled, calls } = run(100, 100, new Set([poison]))

    expect(handled).toEqual(range(100).filter((one) => one !== poison))
    // The whole batch, seven halves, and slices that double afterwards.
    expect(calls).toBeLessThanOrEqual(1 + 8 + 8)
  },
)

test('a run of offenders costs about one call each', () => {
  const { handled, calls } = run(1000, 500, new Set(range(1000)))

  expect(handled).toEqual([])
  expect(calls).toBeLessThan(1000 + 20)
})

test('whatever is poisoned, the others are handled once, in order', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const poisoned = new Set(range(200).filter((one) => (one * 7919 + seed * 104_729) % ((seed % 13) + 2) === 0))
    expect(run(200, 64, poisoned).handled).toEqual(range(200).filter((one) => !poisoned.has(one)))
  }
})
