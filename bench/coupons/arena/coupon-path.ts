import { until } from '../../measure/until.ts'
import { type Arena, openArena } from './arena.ts'
import type { CouponServers } from './servers.ts'
import { type From, type Service, startService } from './services.ts'

/** Everything between a request for a coupon and its outcome: both services, as they run by default. */
export interface CouponPath {
  arena: Arena
  api: Service
  worker: Service
  /** Makes a policy the way an administrator does; resolves once coupon-api knows it. */
  createPolicy(totalQuantity: number): Promise<number>
  close(): Promise<void>
}

export async function openCouponPath(servers: CouponServers, from: From): Promise<CouponPath> {
  const arena = await openArena(servers, from)
  const env = { ...arena.env, NODE_ENV: 'production' }
  const [worker, api] = await Promise.all([
    startService('coupon-worker', from, env),
    startService('coupon-api', from, env),
  ])
  for (const service of [worker, api]) {
    await until('the service to join its group', () => service.output().includes('"msg":"Joined the group"'))
  }
  const authorization = `Bearer ${await servers.token(1, true)}`
  return {
    arena,
    api,
    worker,
    async createPolicy(totalQuantity) {
      const response = await fetch(`${worker.url}/api/coupon-policies`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Bench', totalQuantity }),
      })
      if (response.status !== 201) throw new Error(`no policy: ${response.status} ${await response.text()}`)
      const { couponPolicyId } = (await response.json()) as { couponPolicyId: number }
      await until('the policy to be known', async () => {
        return (await fetch(`${api.url}/api/coupon-policies/${couponPolicyId}`)).ok
      })
      return couponPolicyId
    },
    async close() {
      await Promise.all([api.stop(), worker.stop()])
      await arena.close()
    },
  }
}
