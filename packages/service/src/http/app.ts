import type { IncomingMessage, ServerResponse } from 'node:http'
import { Router } from 'express'
import { problems } from './problems.ts'
import type { Route } from './route.ts'
import { type Handler, refuseMethod, type ServingParts, serveRoute } from './serve-route.ts'

export type App = (req: IncomingMessage, res: ServerResponse) => void

/**
 * Express's router over a route table: the routes, 405 with Allow on their paths, 404 everywhere else. The router alone, not
 * an Express application: that one gives each request and response another prototype, for conveniences that nobody here
 * uses, and Node's own code for them is slower ever after.
 */
export function createApp(routes: Route[], parts: ServingParts): App {
  // One spelling for each path: `/API/Orders/` is not `/api/orders`, here as at the gateway.
  const router = Router({ caseSensitive: true, strict: true }) as unknown as PlainRouter
  for (const route of routes) {
    const method = route.spec.method.toLowerCase() as Lowercase<typeof route.spec.method>
    router[method](route.spec.path, serveRoute(route, parts))
  }
  for (const [path, allow] of allowedMethods(routes)) router.all(path, refuseMethod(path, allow, parts.exchange))

  return (req, res) => {
    // With an error it comes from the router itself: a bad %-escape.
    router(req, res, (error) => parts.exchange.error(req, res, UNMATCHED, error ?? problems.notFound()))
  }
}

/** Express types its router for requests of its applications; it needs no more than Node's, with `params`. */
type PlainRouter = ((req: IncomingMessage, res: ServerResponse, done: (error?: unknown) => void) => void) &
  Record<Lowercase<Route['spec']['method']> | 'all', (path: string, handler: Handler) => void>

/** The route label of requests that match none: the path itself would let clients create metrics at will. */
const UNMATCHED = 'unmatched'

function allowedMethods(routes: Route[]): Map<string, string> {
  const allowed = new Map<string, string>()
  for (const { spec } of routes) {
    const methods = spec.method === 'GET' ? 'GET, HEAD' : spec.method
    const before = allowed.get(spec.path)
    allowed.set(spec.path, before === undefined ? methods : `${before}, ${methods}`)
  }
  return allowed
}
