import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { localFolder } from './paths.ts'

/** THE definition of the system: what runs, on which port, who owns which database, and which path leads to whom. */

/** Every port of the system; a stack moves all of them by its offset. */
export const basePorts = {
  gateway: 8080,
  kafka: 19092,
  'kafka-controller': 19093,
  registry: 18081,
  'registry-reader': 18082,
  postgres: 15432,
  redis: 16379,
  'order-service': 8181,
  'payment-api': 8182,
  'coupon-api': 8183,
  'coupon-worker': 8184,
  'data-platform-sink': 8185,
  'ranking-service': 8186,
} as const

export type PortName = keyof typeof basePorts
export type ServiceName =
  | 'order-service'
  | 'payment-api'
  | 'coupon-api'
  | 'coupon-worker'
  | 'data-platform-sink'
  | 'ranking-service'

export interface ServiceDefinition {
  name: ServiceName
  /** The database only this service may touch; its role is the only one that can log in there. */
  owns?: { database: string; role: string }
  /** Keeps keys of its own in Redis, below its own prefix. */
  redis?: boolean
}

export const services: ServiceDefinition[] = [
  { name: 'order-service', owns: { database: 'orders', role: 'order_service' } },
  { name: 'payment-api', owns: { database: 'payment', role: 'payment_api' } },
  { name: 'coupon-worker', owns: { database: 'coupon', role: 'coupon_worker' } },
  { name: 'coupon-api', redis: true },
  { name: 'data-platform-sink', owns: { database: 'data_platform', role: 'data_platform_sink' } },
  { name: 'ranking-service', redis: true },
]

/** The registry keeps its ids in a database of its own: services hold on to those ids, so a restart must not lose them. */
export const registryOwns = { database: 'registry', role: 'registry' }

export const databases = [...services.flatMap((service) => service.owns ?? []), registryOwns]

/** Reads every database, writes none: for demonstrations and for people. */
export const operatorRole = 'operator'

export { routes } from '../../gateway/routes.ts'

export type StackName = 'local' | 'test'

export interface Stack {
  name: StackName
  /** Holds its state, data, logs and secrets. */
  folder: string
  offset: number
  ports: Record<PortName, number>
  brokers: string
  /** The registry itself: the deploy step registers here. */
  registryUrl: string
  /** Its read-only door: what the services are given. */
  registryReaderUrl: string
  redisUrl: string
  gatewayUrl: string
  /** The public key set, as the services read it. */
  jwks: string
}

export const host = '127.0.0.1'
export const offsetSetting = 'FIRSTCOME_PORT_OFFSET'
const testOffset = 1000

/** The port offset wanted for a stack: the setting's, else that of the running stack, else none. */
function baseOffset(name: StackName): number {
  const wanted = process.env[offsetSetting]
  if (wanted === undefined || wanted === '') return recordedOffset(name) ?? 0
  // The highest base port is 19093, and the test stack is 1000 above the local one.
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 45_000) {
    throw new Error(`${offsetSetting}=${wanted}: expected a whole number from 0 to 45000`)
  }
  return Number(wanted)
}

/** A stack that was started with an offset keeps it for every later command, which need not repeat the setting. */
function recordedOffset(name: StackName): number | undefined {
  try {
    const recorded: { baseOffset: number } = JSON.parse(readFileSync(join(localFolder, name, 'ports.json'), 'utf8'))
    return recorded.baseOffset
  } catch {
    return undefined
  }
}

export function stack(name: StackName): Stack {
  const base = baseOffset(name)
  const offset = base + (name === 'test' ? testOffset : 0)
  const ports = Object.fromEntries(
    Object.entries(basePorts).map(([key, port]) => [key, port + offset]),
  ) as Stack['ports']
  const folder = join(localFolder, name)
  return {
    name,
    folder,
    offset: base,
    ports,
    brokers: `${host}:${ports.kafka}`,
    registryUrl: `http://${host}:${ports.registry}/apis/ccompat/v7`,
    registryReaderUrl: `http://${host}:${ports['registry-reader']}/apis/ccompat/v7`,
    redisUrl: `redis://${host}:${ports.redis}`,
    gatewayUrl: `http://${host}:${ports.gateway}`,
    jwks: join(folder, 'keys/jwks.json'),
  }
}
