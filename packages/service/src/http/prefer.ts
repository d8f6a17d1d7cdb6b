import type { IncomingHttpHeaders } from 'node:http'

/** A held response occupies memory and a connection at the gateway, so no client may ask for more. */
const LONGEST_WAIT_S = 30
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i

/** Seconds the client is ready to wait (`Prefer: wait=5`, RFC 7240), at most 30; undefined where it did not ask. */
export function preferredWait(headers: IncomingHttpHeaders): number | undefined {
  // Several Prefer headers arrive joined by a comma; the first `wait` counts, as the RFC asks.
  const prefer = headers.prefer
  const match = prefer === undefined ? null : WAIT.exec(String(prefer))
  return match ? Math.min(Number(match[1]), LONGEST_WAIT_S) : undefined
}
