import express, { type ErrorRequestHandler, type Express } from 'express'
import { problems } from './problems.ts'
import type { Route } from './route.ts'
import { refuseMethod, type ServingParts, serveRoute } from './serve-route.ts'

/** The Express app of a route table: the routes, 405 with Allow on their paths, 404 everywhere else. */
export function createApp(routes: Route[], parts: ServingParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // One spelling for each path: `/API/Orders/` is not `/api/orders`, here as at the gateway.
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.locals.securityHeaders = parts.exchange.securityHeaders

  for (const route of routes) {
    const method = route.spec.method.toLowerCase() as Lowercase<typeof route.spec.method>
    app[method](route.spec.path, serveRoute(route, parts))
  }
  for (const [path, allow] of allowedMethods(routes)) app.all(path, refuseMethod(path, allow, parts.exchange))

  app.use((req, res) => parts.exchange.error(req, res, UNMATCHED, problems.notFound()))
  // Four parameters make it Express's error handler; what arrives here comes from the router itself (a bad %-escape).
  const onError: ErrorRequestHandler = (error, req, res, _next) => parts.exchange.error(req, res, UNMATCHED, error)
  app.use(onError)
  return app
}

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
