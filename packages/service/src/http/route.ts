import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { User } from '../auth/user.ts'
import type { Answer, Answers, EventsAnswer } from './answer.ts'

export type Auth = 'public' | 'user' | 'admin'
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The handler took over the response, see `eventStream`. */
export const streamed: unique symbol = Symbol('streamed')
export type Streamed = typeof streamed

export type Reply = { status: number; headers?: Record<string, string>; body?: unknown } | Streamed

/**
 * Where a route is, what it accepts and what it answers. `params`, `query` and `body` refuse fields that they do not name.
 * The server needs no words; a route that the gateway lets through has them all, for the public document is made of them.
 */
export interface RouteSpec<A extends Auth, P, Q, H, B, R extends Answers = Answers> {
  method: Method
  /** Express 5 template: `/api/orders/:orderId`. */
  path: string
  auth: A
  params?: z.ZodType<P>
  query?: z.ZodType<Q>
  /** Names in lower case; headers that it does not name are left alone. */
  headers?: z.ZodType<H>
  body?: z.ZodType<B>
  /** What it is called in code that is generated from the document: `askForCoupon`. Part of the public contract. */
  operationId?: string
  /** What it does, in a few words. */
  summary?: string
  /** Whatever else a client has to know; Markdown. */
  description?: string
  /** The chapter it belongs to. Default: the first word of its path behind `/api`. */
  tag?: string
  /** By status. Where they are given, TypeScript holds the handler to them, and so does `HTTP_CHECK_ANSWERS`. */
  answers?: R
}

/** What a handler may return: one of the answers that its route declares, or anything where it declares none. */
export type ReplyOf<R extends Answers> = number extends keyof R
  ? Reply
  : { [S in keyof R & number]: ReplyWith<S, R[S]> }[keyof R & number]

/** Problems are thrown, not returned. */
type ReplyWith<S extends number, D> = D extends readonly (infer Form)[]
  ? ReplyWith<S, Form>
  : D extends EventsAnswer
    ? Streamed
    : D extends Answer<infer T>
      ? { status: S; headers?: Record<string, string> } & (undefined extends T ? { body?: T } : { body: T })
      : never

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

/** A route is data and a handler: the server, its 404 and 405 answers and the documentation derive from it. */
export function route<A extends Auth, P = None, Q = None, H = None, B = undefined, R extends Answers = Answers>(
  spec: RouteSpec<A, P, Q, H, B, R>,
  handler: (request: RouteRequest<A, P, Q, H, B>) => Promise<ReplyOf<NoInfer<R>>>,
): Route {
  // The types are tied together here, once; from here on a route is handled the same whatever it carries.
  return { spec, handler: handler as Route['handler'] }
}
