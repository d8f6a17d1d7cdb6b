import { type TestApp, testToken, waitFor } from '@firstcome/testing'
import type { Stage } from './stage.ts'

interface Changed {
  status: number
  headers: Headers
  body: { totalQuantity: number; [member: string]: unknown }
}

/** What an administrator does at this worker, and what comes of it. */
export function policyDesk(it: Stage, worker: TestApp) {
  /** As an administrator, `admin` by default the first; `body` as text is sent as it is. */
  async function change(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    admin = 1,
  ): Promise<Changed> {
    const response = await fetch(`${worker.url}/api/coupon-policies/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await testToken(admin, { admin: true })}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Changed['body'] }
  }

  /** What was said of a policy in the log, in its order, once there are so many. */
  function announced(id: number, count: number) {
    return waitFor(`${count} announcements of policy ${id}`, () => {
      const events = it.policies.filter(({ value }) => value.couponPolicyId === id).map(({ value }) => value)
      return events.length >= count && events
    })
  }

  async function historyOf(id: number): Promise<{ kind: string; places: Record<string, number> }[]> {
    const columns = ['kind', 'total_quantity', 'closes_at', 'places', 'at']
    return it.db('policy_history').where({ policy_id: id }).orderBy('id').select(columns)
  }

  async function totalOf(id: number): Promise<number> {
    return (await it.db('coupon_policies').where({ id }).first('total_quantity')).total_quantity
  }

  async function countPolicies(): Promise<number> {
    const { rows } = await it.db.raw('SELECT count(*) AS count FROM coupon_policies')
    return rows[0].count
  }

  return { change, announced, historyOf, totalOf, countPolicies }
}
