import { expect, test } from 'vitest'
import { checkMarks } from './published.ts'

const records = (...numbers: number[]) => numbers.map((n) => ({ n, key: n % 2 === 0 ? 'even' : 'odd' }))

test('events count as published where each is there once, those of a key in their order', () => {
  const check = (numbers: number[], inOrder = true) => checkMarks('relay', records(...numbers), 4, { inOrder })

  expect(() => check([1, 0, 3, 2])).not.toThrow()
  expect(() => check([0, 1, 2])).toThrow('4 events, 3 in the log')
  expect(() => check([0, 1, 2, 3, 3])).toThrow('5 in the log, 4 different ones')
  expect(() => check([0, 1, 2, 2])).toThrow('3 different ones')
  expect(() => check([2, 1, 0, 3])).toThrow('event 0 came after event 2')
  expect(() => check([2, 1, 0, 3], false)).not.toThrow()
})
