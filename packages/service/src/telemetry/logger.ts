import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Tracing } from './tracing.ts'

const SECRET = ['authorization', 'cookie', 'password', 'token']

/**
 * JSON lines on stdout. Every line names the service and, inside a request or an event, its `traceId`, `requestId` and
 * `eventId`: they come from the async context, so that no code path pays for a child logger it does not use.
 */
export function createLogger(name: string, level: string, tracing: Tracing, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.headers.${field}`]), censor: '[redacted]' },
      mixin() {
        const context = tracing.current()
        if (context === undefined) return {}
        return { traceId: context.traceId, requestId: context.correlationId, eventId: context.eventId }
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )
}
