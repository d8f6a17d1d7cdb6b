import { type App, createApp } from './app.ts'
import { probes } from './operations.ts'
import { problems } from './problems.ts'
import type { Route } from './route.ts'
import type { ServingParts } from './serve-route.ts'

/** A service that can not start yet: it answers its probes, and asks everybody else to come back. */
export function waitingApp(operations: Route[], parts: ServingParts): App {
  const app = createApp(operations, parts)
  return (req, res) => {
    const [path] = req.url!.split('?')
    if (probes.has(path!)) app(req, res)
    else parts.exchange.error(req, res, 'waiting', problems.unavailable())
  }
}
