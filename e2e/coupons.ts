import { waitFor } from '@firstcome/testing'
import { type Body, call, type Reply } from './client.ts'

/** A new coupon policy, known to the public edge; open at once unless `times` says otherwise. */
export async function policyOf(totalQuantity: number, times: { opensAt?: string } = {}): Promise<number> {
  const body = { name: 'A test', totalQuantity, ...times }
  const created = await call('POST /api/coupon-policies', { as: 'admin', body })
  if (created.status !== 201) throw new Error(`policy: ${created.status} ${JSON.stringify(created.body)}`)
  const { couponPolicyId } = created.body
  await waitFor('the policy to be known', async () => (await policy(couponPolicyId)).status === 200)
  return couponPolicyId
}

export function policy(couponPolicyId: number): Promise<Reply> {
  return call(`GET /api/coupon-policies/${couponPolicyId}`)
}

export function askCoupon(user: number, couponPolicyId: number, headers: Record<string, string> = {}): Promise<Reply> {
  return call(`POST /api/coupons/${user}`, { as: user, body: { couponPolicyId }, headers })
}

/** The decided state of a request. */
export function outcomeOf(user: number, requestId: string): Promise<Body> {
  return waitFor('the outcome', async () => {
    const { body } = await call(`GET /api/coupon-requests/${requestId}`, { as: user })
    return body.status !== 'PENDING' && body
  })
}
