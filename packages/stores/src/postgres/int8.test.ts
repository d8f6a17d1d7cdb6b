import { expect, test } from 'vitest'
import { parseInt8 } from './int8.ts'

test.each([0, 42, -42, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('%i is read as it is', (value) => {
  expect(parseInt8(String(value))).toBe(value)
})

test.each(['9007199254740992', '-9007199254740993', '9223372036854775807'])(
  '%s is an error rather than a wrong number',
  (text) => {
    expect(() => parseInt8(text)).toThrow(`int8 ${text} does not fit`)
  },
)
