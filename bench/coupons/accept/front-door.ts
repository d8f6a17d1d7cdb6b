import { couponPolicyChanged } from '@firstcome/events'
import type { BenchServers } from '../../arena/servers.ts'
import { type From, type Service, startService } from '../../arena/services.ts'
import { until } from '../../measure/until.ts'
import { openCouponArena } from '../arena/arena.ts'

export interface FrontDoor {
  api: Service
  /** One more replica, for as long as the front door is open. */
  another(): Promise<Service>
  /** A policy that it knows, whose stock does not end. */
  policyId: number
  close(): Promise<void>
}

/** coupon-api alone: nobody decides what it accepts. */
export async function openFrontDoor(servers: BenchServers, from: From, nodeArgs: string[] = []): Promise<FrontDoor> {
  const policyId = 1
  const arena = await openCouponArena(servers, from)
  const replicas: Service[] = []
  const another = async () => {
    const replica = await startService('coupon-api', from, arena.env, nodeArgs)
    replicas.push(replica)
    const policy = `${replica.url}/api/coupon-policies/${policyId}`
    await until('the policy to be known', async () => (await fetch(policy)).ok)
    return replica
  }
  const now = Date.now()
  await arena.kafka.send(couponPolicyChanged, {
    couponPolicyId: policyId,
    name: 'Bench',
    totalQuantity: Number.MAX_SAFE_INTEGER,
    opensAt: null,
    closesAt: null,
    ordering: 'STRICT',
    createdAt: now,
    changedAt: now,
  })
  return {
    api: await another(),
    another,
    policyId,
    async close() {
      await Promise.all(replicas.map((replica) => replica.stop()))
      await arena.close()
    },
  }
}
