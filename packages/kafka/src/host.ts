import type { Logger } from 'pino'
import type { Registry } from 'prom-client'

/** Where a piece of work comes from: W3C trace context and the correlation id of the request that started it. */
export interface TraceContext {
  traceparent?: string
  correlationId?: string
}

/** What the runtime needs of the service it lives in. A `Service` of the service kit fits; so does a few lines in a test. */
export interface Host {
  /** The service's name: `ce_source` of what it sends. */
  name: string
  log: Logger
  metrics: Registry
  tracing: {
    current(): TraceContext | undefined
    run<T>(context: TraceContext, fn: () => T): T
  }
  /**
   * Told what a start has to wait for, and with nothing that it need not any more. Without it nobody waits: what is away
   * fails the start at once.
   */
  waitsFor?(what: string | undefined): void
  /** Told when a consumer is beyond repair: the process has to end, so that a fresh one takes over. */
  fail?(error: Error): void
}

/** Lifecycle as the service kit wants it: started in order, checked for readiness, closed in reverse. */
export interface Resource {
  readonly name: string
  start?(): Promise<void>
  /** Rejects with the reason while not healthy. */
  check?(): Promise<void>
  close?(): Promise<void>
}
