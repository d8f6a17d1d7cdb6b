import { expect, test } from 'vitest'
import { type Told, toldBy } from './outcome-log.ts'

const told = (moments: [number, number][]): Told => ({
  completed: 0,
  failed: 0,
  moments: new Map(moments),
  first: moments[0]![0],
  last: moments.at(-1)![0],
})

test('what was told by a time is counted over all policies, that moment included', () => {
  const policies = [
    told([
      [10, 5],
      [20, 7],
    ]),
    told([
      [15, 1],
      [30, 100],
    ]),
  ]
  expect([5, 10, 15, 20, 30].map((time) => toldBy(time, policies))).toEqual([0, 5, 6, 13, 113])
})
