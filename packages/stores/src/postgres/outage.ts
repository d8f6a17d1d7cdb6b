/** SQLSTATEs (whole, or their class of two) after which the same work may succeed later, unchanged. */
const RETRIABLE = new Set([
  '08', // connection exceptions
  '57P', // shut down, crashed, starting up
  '53', // out of connections, memory or disk
  '40', // deadlock, serialization failure
  '55P03', // a lock was not to be had
  '57014', // statement timeout
  '25P03', // idle in transaction for too long
])

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])

/** The driver and the pool report these without a code. */
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable/

/** Whether Postgres was away, overloaded or in conflict, rather than the statement wrong. */
export function isPostgresOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isPostgresOutage)
  if (!(error instanceof Error)) return false
  if (error.name === 'KnexTimeoutError') return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return MESSAGES.test(error.message)
  return [code, code.slice(0, 2), code.slice(0, 3)].some((c) => RETRIABLE.has(c)) || NETWORK.has(code)
}

/** Marks the driver's own error as `retriable`, the word for an outage throughout the packages, and keeps all else of it. */
export function markOutage(error: unknown): void {
  if (isPostgresOutage(error)) Object.assign(error as Error, { retriable: true })
}
