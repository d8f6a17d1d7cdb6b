import { StepError } from './progress.ts'
import { type PortName, type ServiceDefinition, type ServiceName, type Stack, services } from './stack.ts'

/** How many processes of a service run; one where nothing is said. */
export type Replicas = Partial<Record<ServiceName, number>>

/** One process of a service. */
export interface Instance {
  service: ServiceDefinition
  /** `coupon-api`, `coupon-api-2`, `coupon-api-3`, … */
  name: string
  port: number
}

/**
 * Every process of a service has two ports, one on each side: it runs on one, and what replaces it starts on the other. The
 * name of a process says nothing of its side; what the gateway looks at does (see `sides.ts`).
 */
export type Side = 'a' | 'b'

export const otherSide = (side: Side): Side => (side === 'a' ? 'b' : 'a')

export const replicasSetting = 'FIRSTCOME_REPLICAS'
/** A tenth would meet the ports of the test stack, which are 1000 above. */
const mostReplicas = 9

/** Reads `coupon-api=3,coupon-worker=2`. @throws {StepError} that says what is wrong with it. */
export function readReplicas(text = process.env[replicasSetting] ?? ''): Replicas {
  const replicas: Replicas = {}
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', count = ''] = part.split('=').map((one) => one.trim())
    const service = services.find((one) => one.name === name)
    if (!service) throw new StepError(`${replicasSetting}: there is no service ${name}, only ${names()}`)
    if (!/^[1-9]$/.test(count)) {
      throw new StepError(`${replicasSetting}: ${part} should be ${name}=<1 to ${mostReplicas}>`)
    }
    replicas[service.name] = Number(count)
  }
  return replicas
}

const names = () => services.map(({ name }) => name).join(', ')

/** The service whose process a name is, the first or a further one; undefined where it is none of a service. */
export const serviceOf = (name: string) =>
  services.find(
    (one) => name === one.name || /^-[2-9]$/.test(name.startsWith(one.name) ? name.slice(one.name.length) : ''),
  )

/** Whether a process is one of those beyond the first of its service. */
export const isReplica = (name: string) => serviceOf(name) !== undefined && serviceOf(name)?.name !== name

/**
 * Every process of every service; the first of a service has its name and its port, each further one is 100 ports above, and
 * side b is 10 ports above side a.
 */
export function instancesOf(
  stack: Stack,
  replicas: Replicas = {},
  sideOf: (service: ServiceName) => Side = () => 'a',
): Instance[] {
  return services.flatMap((service) =>
    Array.from({ length: replicas[service.name] ?? 1 }, (_, nth) => ({
      service,
      name: nth === 0 ? service.name : `${service.name}-${nth + 1}`,
      port: stack.ports[service.name as PortName] + 100 * nth + (sideOf(service.name) === 'b' ? 10 : 0),
    })),
  )
}
