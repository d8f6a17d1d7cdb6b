import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Route } from './http/route.ts'
import type { Resource } from './lifecycle/resource.ts'
import type { Tracing } from './telemetry/tracing.ts'

/** What `setup` puts a service together with. */
export interface Service {
  readonly name: string
  readonly log: Logger
  readonly metrics: Registry
  readonly tracing: Tracing
  /** Takes a resource into care: started in order after setup, checked by `/health/ready`, closed in reverse order. */
  use<R extends Resource>(resource: R): R
  /** Adds routes to the HTTP server, which starts once every resource has. */
  listen(routes: Route[]): void
  /**
   * Says what the start has to wait for, and with nothing that it need not any more. Meanwhile the service is live and not
   * ready: it answers its probes, and 503 to everybody else. Each call may say something else.
   */
  waitsFor(what: string | undefined): void
  /** A resource is beyond repair: logs it, turns not ready, stops, exits non-zero for the supervisor to start afresh. */
  fail(error: Error): void
}
