import { z } from 'zod'

/** As most clients write it. No quote, and no comma either: a header that was sent twice is joined with one. */
const bare = /^[\x21\x23-\x2b\x2d-\x7e]+$/
/** As the IETF draft has it: a structured-field string (RFC 9651). Anything in it, a space too, is part of the key. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/
const longest = 255

export const idempotencyKeyRule =
  'must be sent once: 1 to 255 visible ASCII characters without quote or comma, or a string in quotes'

/**
 * The key that a line of an `Idempotency-Key` header names, or undefined where it names none. The quotes of the draft are spelling:
 * `"abc"` is the key `abc`, so a client that learns to quote repeats the same request. What could be read as two keys, or as a
 * key with parameters, is none.
 */
export function readIdempotencyKey(line: string): string | undefined {
  const key = quoted.exec(line)?.[1]?.replace(/\\(.)/g, '$1') ?? (bare.test(line) ? line : '')
  return key !== '' && key.length <= longest ? key : undefined
}

/** The header's line as the document shows it: what is not described is refused, with words of the route's own or with those below. */
export const idempotencyKeyLine = z.string().meta({
  description:
    'A key of the client’s own for this request, a UUID for instance. The same key again is the same request: it takes effect once, and its answer is given again.',
  examples: ['0198c2a5-7f3e-7c41-9d05-3b1e6a2f4c80'],
  pattern: `^(?:[\\x21\\x23-\\x2b\\x2d-\\x7e]{1,${longest}}|"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\]){1,${longest}}")$`,
})

/** The same as a schema, for the header of a route. */
export const idempotencyKey = idempotencyKeyLine
  .refine((line) => readIdempotencyKey(line) !== undefined, idempotencyKeyRule)
  .transform((line) => readIdempotencyKey(line)!)
  .optional()
