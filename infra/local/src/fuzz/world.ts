import { tokenSigner } from '../keys.ts'
import { StepError } from '../progress.ts'
import type { Stack } from '../stack.ts'

/** What a run of the fuzzer knows of the system beforehand: without it, most requests would be about nothing that there is. */
export interface World {
  users: { id: number; token: string }[]
  /** An admin's token. */
  admin: string
  couponPolicyIds: number[]
  productIds: number[]
}

/** So many that their requests, each client's limited by the gateway, are more than the fuzzer can send. */
const howManyUsers = 24

/** Users who have never asked for anything, and coupons: plenty, few, none any more, not yet. @throws StepError where one is refused */
export async function prepareWorld(target: Stack): Promise<World> {
  const sign = tokenSigner(target)
  const first = Date.now() * 100
  const users = Array.from({ length: howManyUsers }, (_, nth) => ({ id: first + nth, token: sign(first + nth) }))
  const admin = sign(first + howManyUsers, { admin: true })
  const make = (policy: object) => makePolicy(target, admin, policy)
  const soon = new Date(Date.now() + 365 * 24 * 3600_000).toISOString()
  const couponPolicyIds = await Promise.all([
    make({ name: 'Fuzzer: plenty', totalQuantity: 1_000_000 }),
    make({ name: 'Fuzzer: few', totalQuantity: 5, ordering: 'relaxed' }),
    make({ name: 'Fuzzer: not yet', totalQuantity: 5, opensAt: soon }),
  ])
  return { users, admin, couponPolicyIds, productIds: [1, 2, 3] }
}

async function makePolicy(target: Stack, admin: string, policy: object): Promise<number> {
  const response = await fetch(`${target.gatewayUrl}/api/coupon-policies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(policy),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  if (response.status !== 201) throw new StepError(`A coupon policy to ask for was refused: ${response.status} ${text}`)
  return (JSON.parse(text) as { couponPolicyId: number }).couponPolicyId
}
