import {
  type EventType,
  orderConfirmed,
  orderPlaced,
  orderRejected,
  paymentCompleted,
  paymentRefunded,
} from '@firstcome/events'
import { type Arena, openArena } from '../../arena/arena.ts'
import type { BenchServers } from '../../arena/servers.ts'
import { type AppName, type From, joined, type Service, startService } from '../../arena/services.ts'
import { type Confirmations, followConfirmations } from './confirmations.ts'
import { type Customers, inviteCustomers } from './customers.ts'

export const shopEvents: EventType<never>[] = [
  orderPlaced,
  paymentCompleted,
  orderConfirmed,
  orderRejected,
  paymentRefunded,
]
export const shopServices = ['order-service', 'payment-api', 'data-platform-sink', 'ranking-service'] as const
export type ShopService = (typeof shopServices)[number]

/** A busy machine makes a measurement slow, and not void: opening a connection can take seconds there. */
const patient = { DATABASE_ACQUIRE_TIMEOUT_MS: '30000' }

/** Everything between an order and the boards: the four services, as they run by default. */
export interface Shop {
  arena: Arena
  customers: Customers
  /** Over which orders are placed, and paid as fast as it goes. */
  connections: number
  confirmations: Confirmations
  /** @throws where it does not run. */
  service(name: ShopService): Service
  /** Resolves once it has joined its group; at once where it runs. */
  start(...names: ShopService[]): Promise<void>
  stop(...names: ShopService[]): Promise<void>
  /** The error with the last complaints of the services. */
  explained(error: unknown): Error
  close(): Promise<void>
}

export interface ShopOptions {
  from: From
  connections: number
  /** For Node itself, where a service is to be watched. */
  nodeArgs?: Partial<Record<ShopService, string[]>>
}

export async function openShop(
  servers: BenchServers,
  { from, connections, nodeArgs = {} }: ShopOptions,
): Promise<Shop> {
  const owners: AppName[] = ['order-service', 'payment-api', 'data-platform-sink']
  const arena = await openArena(servers, { from, events: shopEvents, timed: [orderConfirmed], owners })
  const running = new Map<ShopService, Service>()
  const confirmations = await followConfirmations(arena)
  const customers = await inviteCustomers(servers)
  const stop = async (...names: ShopService[]) => {
    await Promise.all(names.map((name) => running.get(name)?.stop()))
    for (const name of names) running.delete(name)
  }
  const shop: Shop = {
    arena,
    customers,
    connections,
    confirmations,
    service(name) {
      const service = running.get(name)
      if (!service) throw new Error(`${name} does not run`)
      return service
    },
    async start(...names) {
      const missing = names.filter((name) => !running.has(name))
      const started = await Promise.all(
        missing.map((name) => startService(name, from, { ...arena.envOf(name), ...patient }, nodeArgs[name])),
      )
      for (const [i, name] of missing.entries()) running.set(name, started[i]!)
      await Promise.all(started.map(joined))
    },
    stop,
    explained(error) {
      const complaints = [...running].map(([name, service]) => `${name}:\n${complaintsOf(service)}`)
      return new Error(`${(error as Error).message}\n${complaints.join('\n')}`, { cause: error })
    },
    async close() {
      await stop(...shopServices)
      await confirmations.close()
      await arena.close()
    },
  }
  await shop.start(...shopServices)
  return shop
}

/** Its warnings and errors; everything where it does not log as JSON (it died). */
function complaintsOf(service: Service): string {
  const lines = service.output().trimEnd().split('\n')
  return lines
    .filter((line) => !/"level":"(info|debug)"|"level":[123]0\b/.test(line))
    .slice(-5)
    .join('\n')
    .slice(-3_000)
}
