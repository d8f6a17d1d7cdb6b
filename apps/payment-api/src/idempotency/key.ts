import { createHash } from 'node:crypto'
import { Problem } from '@firstcome/service'

const visible = /^[\x21-\x7e]{1,255}$/

/** The client's key, or undefined where it sent none. @throws 400 IDEMPOTENCY_KEY_MALFORMED */
export function parseKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  // Node joins a header that came twice with a comma and a space, which the pattern refuses too.
  if (typeof header === 'string' && visible.test(header)) return header
  throw new Problem(
    400,
    'IDEMPOTENCY_KEY_MALFORMED',
    'Idempotency-Key must be one value of 1 to 255 visible ASCII characters.',
  )
}

/** What makes two requests the same. Takes the validated body: spelling (white space, order of fields) does not count. */
export function fingerprintOf(body: object): Buffer {
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(fields)).digest()
}
