import { randomFillSync } from 'node:crypto'

/** The ids that tie one piece of work together across services, logs and events (W3C Trace Context). */
export interface TraceContext {
  /** What is sent onwards: this process's own span as the parent. */
  traceparent: string
  /** 32 hex digits. */
  traceId: string
  /** Stays the same from the client's request to the last event that follows from it. */
  correlationId: string
  /** Id of the event that is being handled, if one is. */
  eventId?: string
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
/** Anything else could smuggle line breaks or kilobytes into logs and record headers. */
const CORRELATION_ID = /^[\w.:/+=@-]{1,128}$/

/** Continues the given trace with a span of our own, or starts a new one where the input is missing or malformed. */
export function childContext(parent: { traceparent?: string; correlationId?: string; eventId?: string }): TraceContext {
  const match = parent.traceparent === undefined ? null : TRACEPARENT.exec(parent.traceparent)
  const continued = match !== null && match[1] !== NO_TRACE && match[2] !== NO_SPAN
  const traceId = continued ? match[1]! : randomHex(16)
  const flags = continued ? match[3]! : '01'
  const { correlationId, eventId } = parent
  return {
    traceparent: `00-${traceId}-${randomHex(8)}-${flags}`,
    traceId,
    correlationId: correlationId !== undefined && CORRELATION_ID.test(correlationId) ? correlationId : traceId,
    eventId,
  }
}

// One system call for some hundred ids: asking the kernel for each would cost more than the rest of the context.
const pool = Buffer.allocUnsafe(8192)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
