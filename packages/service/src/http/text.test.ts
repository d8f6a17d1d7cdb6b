import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fieldErrors } from './field-errors.ts'
import { text } from './text.ts'

const name = text(5)
const wrong = (value: string) => {
  const { error } = name.safeParse(value)
  return error && fieldErrors(error.issues, value, 'name')[0]?.code
}

test('space around a text is not kept', () => {
  expect(name.parse(' ab ')).toBe('ab')
})

test('characters are counted as people see them, not as JavaScript does', () => {
  expect(wrong('🎟🎟🎟🎟🎟')).toBeUndefined()
  expect(wrong('🎟🎟🎟🎟🎟🎟')).toBe('TOO_LONG')
})

describe('a text is refused', () => {
  test.each([
    ['that is empty', '', 'TOO_SHORT'],
    ['of spaces', ' \u00a0\ufeff', 'TOO_SHORT'],
    ['with a NUL, which Postgres does not take', 'a\u0000b', 'WRONG_FORMAT'],
    ['with a line break', 'a\nb', 'WRONG_FORMAT'],
    ['with half a character', 'a\ud83c', 'WRONG_FORMAT'],
    ['with a line break at its end', 'ab\n', 'WRONG_FORMAT'],
  ])('%s', (_what, value, code) => {
    expect(wrong(value)).toBe(code)
  })
})

test('its JSON Schema says the same', () => {
  const { pattern, ...limits } = z.toJSONSchema(text(5), { io: 'input' })
  expect(limits).toMatchObject({ type: 'string', minLength: 1, maxLength: 5 })
  const says = new RegExp(pattern!, 'u')
  for (const value of ['ab', ' ab ', '🎟', 'Ä']) expect([value, says.test(value)]).toEqual([value, true])
  for (const value of ['', ' ', '\ufeff', '\u0085', 'a\u0000', '\na']) {
    expect([value, says.test(value)]).toEqual([value, name.safeParse(value).success])
    expect(says.test(value)).toBe(false)
  }
})
