import { createHash } from 'node:crypto'
import { idempotencyKeyRule, Problem, readIdempotencyKey } from '@firstcome/service'

/**
 * The client's key, or undefined where it sent none; `lines` holds the header once for each time it was sent, for two strings that
 * are joined could look like one. @throws 400 IDEMPOTENCY_KEY_MALFORMED
 */
export function parseKey(lines: string[] | undefined): string | undefined {
  if (lines === undefined) return undefined
  const [line = '', ...more] = lines
  const key = more.length === 0 ? readIdempotencyKey(line) : undefined
  if (key !== undefined) return key
  throw new Problem(400, 'IDEMPOTENCY_KEY_MALFORMED', `Idempotency-Key ${idempotencyKeyRule}.`)
}

/** What makes two requests the same. Takes the validated body: spelling (white space, order of fields) does not count. */
export function fingerprintOf(body: object): Buffer {
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(fields)).digest()
}
