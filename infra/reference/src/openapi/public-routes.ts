import type { Route } from '@firstcome/service'
import type { GatewayRoute } from '../../../gateway/nginx.ts'

type Spec = Route['spec']

/**
 * The routes that clients reach: those that the gateway leads to the service which has them.
 *
 * @throws Error for a path that the gateway lets through and its service has nothing at, and for a route of two services
 */
export function publicRoutes(tables: Record<string, Route[]>, gateway: GatewayRoute[]): Spec[] {
  const unanswered = new Set(gateway.flatMap(doors))
  const found = new Map<string, Spec>()
  for (const [service, table] of Object.entries(tables)) {
    for (const { spec } of table) {
      const way = gateway.find((one) => leadsTo(one, spec.path))
      if (way === undefined || serviceOf(way, spec.method) !== service) continue
      const name = `${spec.method} ${spec.path.replaceAll(/:\w+/g, ':id')}`
      if (found.has(name)) throw new Error(`There are two routes for ${name}`)
      found.set(name, spec)
      unanswered.delete(door(way, service))
    }
  }
  if (unanswered.size > 0)
    throw new Error(`The gateway lets through what nobody answers: ${[...unanswered].join(', ')}`)
  return [...found.values()]
}

/** As nginx decides, for a path with something in the place of its parameters. */
function leadsTo({ path, exactly }: GatewayRoute, template: string): boolean {
  return new RegExp(`^${path}${exactly ? '$' : '(/|$)'}`).test(template.replaceAll(/:\w+/g, 'x'))
}

function serviceOf({ service, readBy }: GatewayRoute, method: Spec['method']): string {
  return method === 'GET' ? (readBy ?? service) : service
}

const door = ({ path }: GatewayRoute, service: string) => `${path} of ${service}`
const doors = (way: GatewayRoute) => [way.service, way.readBy ?? way.service].map((service) => door(way, service))
