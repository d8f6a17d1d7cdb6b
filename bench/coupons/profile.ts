import type { BenchServers } from '../arena/servers.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { profiled } from '../profile/profiled.ts'
import { openFrontDoor } from './accept/front-door.ts'
import { prepareAsks } from './asks.ts'
import type { Coupon } from './drain/coupon.ts'
import { drain } from './drain/drain.ts'
import { couponWorker } from './drain/drainers/coupon-worker.ts'
import { type Sizing, sizeOf } from './size.ts'

/** Fewer are decided before anything has been sampled. */
const FEWEST = 10_000
/** Fewer are accepted where the machine stands still for most of a short time. */
const FEWEST_ACCEPTED = 300

type Profiled = Sizing & { say: (line: string) => void }

/** Where coupon-worker's processor time goes while it drains a hot coupon, half of the requests of which get one. */
export function profileWorker(servers: BenchServers, { say, ...sizing }: Profiled): Promise<string> {
  const { drain: of } = sizeOf(sizing)
  const requests = Math.max(of.requests, FEWEST)
  say(`  … coupon-worker, ${requests.toLocaleString('en')} requests`)
  return profiled('coupon-worker while it decides', async (nodeArgs) => {
    const coupon: Coupon = { stock: requests / 2, requests, partition: 'behind' }
    return drain(servers, { from: 'src' }, couponWorker(of.warmUp, { nodeArgs }), [coupon])
  })
}

/** Where coupon-api's processor time goes while it accepts, each time from somebody whose token it has not seen. */
export async function profileApi(servers: BenchServers, { say, ...sizing }: Profiled): Promise<string> {
  const { connections, seconds, users } = sizeOf(sizing).accept
  say('  … tokens')
  const ask = await prepareAsks(servers, users)
  say(`  … coupon-api, ${connections[0]} connections`)
  return profiled('coupon-api while it accepts', async (nodeArgs) => {
    const { api, policyId, close } = await openFrontDoor(servers, 'src', nodeArgs)
    try {
      let asked = 0
      const load = { urls: [api.url], connections: connections[0]!, status: 202, next: () => ask(asked++, policyId) }
      await closedLoop({ ...load, seconds: seconds / 2 })
      const began = Date.now()
      for (let accepted = 0; accepted < FEWEST_ACCEPTED; ) accepted += (await closedLoop({ ...load, seconds })).requests
      return { startedAt: api.startedAt, began, ended: Date.now() }
    } finally {
      await close()
    }
  })
}
