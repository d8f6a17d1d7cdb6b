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

/** Whether a process is one of those beyond the first of its service. */
export const isReplica = (name: string) => services.some((one) => name.startsWith(`${one.name}-`))

/** Every process of every service; the first of a service has its name and its port, each further one is 100 ports above. */
export function instancesOf(stack: Stack, replicas: Replicas = {}): Instance[] {
  return services.flatMap((service) =>
    Array.from({ length: replicas[service.name] ?? 1 }, (_, nth) => ({
      service,
      name: nth === 0 ? service.name : `${service.name}-${nth + 1}`,
      port: stack.ports[service.name as PortName] + 100 * nth,
    })),
  )
}
