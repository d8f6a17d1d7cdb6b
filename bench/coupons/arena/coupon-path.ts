import type { BenchServers } from '../../arena/servers.ts'
import { type From, joined, type Service, startService } from '../../arena/services.ts'
import { until } from '../../measure/until.ts'
import { type CouponArena, openCouponArena } from './arena.ts'

/** Everything between a request for a coupon and its outcome: both services, as they run by default. */
export interface CouponPath {
  arena: CouponArena
  api: Service
  worker: Service
  /** Makes a policy the way an administrator does; resolves once coupon-api knows it. */
  createPolicy(totalQuantity: number): Promise<number>
  close(): Promise<void>
}

export async function openCouponPath(servers: BenchServers, from: From): Promise<CouponPath> {
  const arena = await openCouponArena(servers, from)
  const [worker, api] = await Promise.all([
    startService('coupon-worker', from, arena.env),
    startService('coupon-api', from, arena.env),
  ])
  await Promise.all([worker, api].map(joined))
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
