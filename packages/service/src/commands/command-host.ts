import { createLogger } from '../telemetry/logger.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createTracing } from '../telemetry/tracing.ts'

/** What a resource needs of the service it lives in, for a command that prints what it has to say itself and logs nothing. */
export function commandHost(name: string) {
  const tracing = createTracing()
  return { name, tracing, log: createLogger(name, 'silent', tracing), metrics: createMetrics(name) }
}
