import { AsyncLocalStorage } from 'node:async_hooks'
import { childContext, type TraceContext } from './trace-context.ts'

/** Carries the trace of the present piece of work through everything that it awaits. */
export interface Tracing {
  current(): TraceContext | undefined
  /** Runs `fn` as a child of the given trace (a new trace where there is none). */
  run<T>(parent: { traceparent?: string; correlationId?: string; eventId?: string }, fn: () => T): T
}

export function createTracing(): Tracing {
  const storage = new AsyncLocalStorage<TraceContext>()
  return {
    current: () => storage.getStore(),
    run: (parent, fn) => storage.run(childContext(parent), fn),
  }
}
