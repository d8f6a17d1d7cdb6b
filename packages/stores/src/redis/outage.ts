const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])

/** ioredis reports these without a code: offline, cut off while in flight, silent. */
const MESSAGES =
  /Stream isn't writeable|Connection is closed|Socket (?:closed|timeout)|Command timed out|Command aborted|connect ETIMEDOUT/

/** Redis says so itself: still reading its data, a replica after a failover, a script in the way. */
const REPLIES = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /

/** Whether Redis was away or not able to serve, rather than the command wrong. */
export function isRedisOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isRedisOutage)
  if (!(error instanceof Error)) return false
  if (error.name === 'MaxRetriesPerRequestError' || error.name === 'AbortError') return true
  if ('code' in error && typeof error.code === 'string' && NETWORK.has(error.code)) return true
  return MESSAGES.test(error.message) || REPLIES.test(error.message)
}
