import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { User } from '../auth/user.ts'

export type Auth = 'public' | 'user' | 'admin'
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The handler took over the response, see `eventStream`. */
export const streamed: unique symbol = Symbol('streamed')
export type Streamed = typeof streamed

export type Reply = { status: number; headers?: Record<string, string>; body?: unknown } | Streamed

/** Where a route is and what it accepts. `params`, `query` and `body` refuse fields that they do not name. */
export interface RouteSpec<A extends Auth, P, Q, H, B> {
  method: Method
  /** Express 5 template: `/api/orders/:orderId`. */
  path: string
  auth: A
  params?: z.ZodType<P>
  query?: z.ZodType<Q>
  /** Names in lower case; headers that it does not name are left alone. */
  headers?: z.ZodType<H>
  body?: z.ZodType<B>
}

export interface RouteRequest<A extends Auth = Auth, P = unknown, Q = unknown, H = unknown, B = unknown> {
  params: P
  query: Q
  headers: H
  body: B
  /** Who asks; undefined on public routes. */
  user: A extends 'public' ? undefined : User
  log: Logger
  /** Aborts when the client is gone or the service shuts down. */
  readonly signal: AbortSignal
  /** Node's own objects, for streaming. */
  raw: { req: IncomingMessage; res: ServerResponse }
}

export interface Route {
  spec: RouteSpec<Auth, unknown, unknown, unknown, unknown>
  handler: (request: RouteRequest) => Promise<Reply>
}

type None = Record<string, never>

/** A route is data and a handler: the server, its 404 and 405 answers and any documentation derive from it. */
export function route<A extends Auth, P = None, Q = None, H = None, B = undefined>(
  spec: RouteSpec<A, P, Q, H, B>,
  handler: (request: RouteRequest<A, P, Q, H, B>) => Promise<Reply>,
): Route {
  // The types are tied together here, once; from here on a route is handled the same whatever it carries.
  return { spec, handler: handler as Route['handler'] }
}
