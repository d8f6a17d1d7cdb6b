import { z } from 'zod'

/** A held response occupies memory and a connection at the gateway, so no client may ask for more. */
const LONGEST_WAIT_S = 30
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i

/** The header of a route that can wait. Whatever is in it is fine: preferences that nobody knows are passed over. */
export const preferWait = z
  .string()
  .optional()
  .meta({
    description: `\`wait=5\`: how many seconds the answer may be held for the outcome, ${LONGEST_WAIT_S} at most (RFC 7240).`,
    examples: ['wait=5'],
  })

/** Seconds the client is ready to wait (`Prefer: wait=5`, RFC 7240), at most 30; undefined where it did not ask. */
export function preferredWait(headers: Record<string, unknown>): number | undefined {
  // Several Prefer headers arrive joined by a comma; the first `wait` counts, as the RFC asks.
  const prefer = headers.prefer
  const match = prefer === undefined ? null : WAIT.exec(String(prefer))
  return match ? Math.min(Number(match[1]), LONGEST_WAIT_S) : undefined
}
