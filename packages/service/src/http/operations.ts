import type { Registry } from 'prom-client'
import type { Health } from '../lifecycle/health.ts'
import { type Route, route } from './route.ts'

/** Asked every second or so by machines: they say nothing about a request, so the request log leaves them out. */
export const probes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics'])

/** What the platform asks a service. Not routed by the gateway: these paths are on the service's own port only. */
export function operations(name: string, health: Health, metrics: Registry): Route[] {
  return [
    // Answers whenever the event loop turns. It looks at nothing else: restarting a service does not mend its database.
    route({ method: 'GET', path: '/health/live', auth: 'public' }, async () => ({
      status: 200,
      body: { status: 'live', service: name },
    })),
    route({ method: 'GET', path: '/health/ready', auth: 'public' }, async () => {
      const failing = await health.failing()
      if (failing.length === 0) return { status: 200, body: { status: 'ready', service: name } }
      return { status: 503, body: { status: 'not ready', service: name, failing } }
    }),
    route({ method: 'GET', path: '/metrics', auth: 'public' }, async () => ({
      status: 200,
      headers: { 'Content-Type': metrics.contentType },
      body: await metrics.metrics(),
    })),
  ]
}
