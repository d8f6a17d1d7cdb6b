import { createHash } from 'node:crypto'
import { Problem } from '@firstcome/service'

/** As most clients write it. No quote, and no comma either: a proxy may join two headers with one. */
const bare = /^[\x21\x23-\x2b\x2d-\x7e]+$/
/** As the IETF draft has it: a structured-field string (RFC 9651). Anything in it, a space too, is part of the key. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/
const longest = 255

/**
 * The client's key, or undefined where it sent none; `lines` holds the header once for each time it was sent. The quotes
 * of the draft are spelling: `"abc"` is the key `abc`, so a client that learns to quote repeats the same request. What
 * could be read as two keys, or as a key with parameters, is refused. @throws 400 IDEMPOTENCY_KEY_MALFORMED
 */
export function parseKey(lines: string[] | undefined): string | undefined {
  if (lines === undefined) return undefined
  const [line = '', ...more] = lines
  const key = quoted.exec(line)?.[1]?.replace(/\\(.)/g, '$1') ?? (bare.test(line) ? line : '')
  if (more.length === 0 && key !== '' && key.length <= longest) return key
  throw new Problem(
    400,
    'IDEMPOTENCY_KEY_MALFORMED',
    'Idempotency-Key must be sent once: 1 to 255 visible ASCII characters without quote or comma, or a string in quotes.',
  )
}

/** What makes two requests the same. Takes the validated body: spelling (white space, order of fields) does not count. */
export function fingerprintOf(body: object): Buffer {
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(fields)).digest()
}
