import { z } from 'zod'

const control = '\\u0000-\\u001f\\u007f-\\u009f'
/** No control character, and one at least that shows. Spelled out, for regular expressions differ in what they call a space. */
const shows = new RegExp(`^[^${control}]*[^\\s\\ufeff${control}][^${control}]*$`, 'u')

/**
 * A name that people read, in a JSON body: 1 to `most` characters; space around it is not kept. A control character is refused: it
 * shows nowhere, and Postgres takes no NUL.
 */
export const text = (most: number) =>
  z
    .string()
    .check(({ value, issues }) => {
      const limit = { origin: 'string' as const, input: value, inclusive: true }
      // As JSON Schema and Postgres count: a character beyond 16 bits is one.
      if (value.length > most && [...value].length > most) {
        issues.push({ ...limit, code: 'too_big', maximum: most, message: `must have at most ${most} characters` })
      } else if (value.trim() === '') {
        issues.push({ ...limit, code: 'too_small', minimum: 1, message: 'must not be blank' })
      } else if (!shows.test(value) || !value.isWellFormed()) {
        // Half a character (a lone surrogate) could not be stored, and would be answered as another.
        const message = 'must have no control characters and no half ones'
        issues.push({ code: 'invalid_format', format: 'regex', input: value, message })
      }
    })
    .meta({ minLength: 1, maxLength: most, pattern: shows.source })
    .trim()
