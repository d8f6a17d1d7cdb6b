import { expect, test } from 'vitest'
import { duration } from './print.ts'

test.each([
  [0, '0 s'],
  [0.9, '0 s'],
  [59, '59 s'],
  [125, '2 min 5 s'],
  [3_600, '1 h'],
  [273_600, '3 d 4 h'],
  [-5, '0 s'],
])('%d seconds are told as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})
