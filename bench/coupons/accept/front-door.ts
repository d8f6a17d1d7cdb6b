import { couponPolicyChanged } from '@firstcome/events'
import { until } from '../../measure/until.ts'
import { openArena } from '../arena/arena.ts'
import type { CouponServers } from '../arena/servers.ts'
import { type From, type Service, startService } from '../arena/services.ts'

export interface FrontDoor {
  api: Service
  /** A policy that it knows, whose stock does not end. */
  policyId: number
  close(): Promise<void>
}

/** coupon-api alone: nobody decides what it accepts. */
export async function openFrontDoor(servers: CouponServers, from: From, nodeArgs: string[] = []): Promise<FrontDoor> {
  const policyId = 1
  const arena = await openArena(servers, from)
  const api = await startService('coupon-api', from, { ...arena.env, NODE_ENV: 'production', ...(process.env.HACK && { HACK: process.env.HACK }) }, nodeArgs)
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
  await until('the policy to be known', async () => (await fetch(`${api.url}/api/coupon-policies/${policyId}`)).ok)
  return {
    api,
    policyId,
    async close() {
      await api.stop()
      await arena.close()
    },
  }
}
