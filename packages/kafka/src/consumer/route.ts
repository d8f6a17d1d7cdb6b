import type { EventType } from '@firstcome/events'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import type { Host } from '../host.ts'
import type { BatchHandler, Handler, HandlerContext, Middleware, Route } from './handler.ts'

/** Messages one after the other, each inside its middleware and its trace; stops at the first failure, or between two when told to. */
export function eachRoute<T>(
  event: EventType<T>,
  handler: Handler<T, never>,
  middlewares: readonly Middleware<object>[],
  tracing: Host['tracing'],
): Route {
  // Innermost first: each middleware gets the one registered after it as its `next`. What a middleware adds is laid over the
  // context rather than copied with it, so that the logger is still made only where it is used.
  const call = middlewares.reduceRight<(context: HandlerContext) => Promise<void>>(
    (next, middleware) => (context) =>
      middleware(context.message, (add) => next(Object.assign(Object.create(context), add)), context),
    (context) => handler(context.message.value as T, context as never),
  )
  return {
    event: event as EventType<unknown>,
    kind: 'each',
    async handle(messages, { log, signal }) {
      for (const [done, message] of messages.entries()) {
        if (signal.aborted) return { done }
        try {
          await tracing.run(traceOf(message), () => call(contextOf(message, log, signal)))
        } catch (error) {
          return { done, error: error ?? asError(error) }
        }
      }
      return { done: messages.length }
    },
  }
}

export function batchRoute<T>(event: EventType<T>, handler: BatchHandler<T>): Route {
  return {
    event: event as EventType<unknown>,
    kind: 'batch',
    async handle(messages, context) {
      try {
        const telling = await handler(messages as Message<T>[], context)
        return { done: messages.length, told: telling?.told }
      } catch (error) {
        // Whatever was thrown, even nothing: without an error the slice would come again at once, for ever.
        return { done: 0, error: error ?? asError(error) }
      }
    },
  }
}

/** The message's logger is made when somebody logs: most messages pass in silence. */
function contextOf(message: Message<unknown>, log: HandlerContext['log'], signal: AbortSignal): HandlerContext {
  let own: HandlerContext['log'] | undefined
  return {
    message,
    signal,
    get log() {
      const { offset, id: eventId, headers, attempt } = message
      own ??= log.child({ offset, eventId, correlationId: headers['correlation-id'], ...(attempt > 1 && { attempt }) })
      return own
    },
  }
}

function traceOf({ headers }: Message<unknown>) {
  const { traceparent, 'correlation-id': correlationId } = headers
  return { ...(traceparent && { traceparent }), ...(correlationId && { correlationId }) }
}
