import { stack, tokenSigner } from '@firstcome/local'
import { couponRush, describeRush, nothingSeen, openGateway, type RushPlan } from '@firstcome/local/rush'
import { testStack, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { auditOf } from './audit.ts'
import { issuedOf, ledgerOf, workerAtWork } from './coupon-workers.ts'
import { crashPostgres, type Killed, kill, restarted } from './system.ts'

const plan: RushPlan = {
  users: 90_000,
  coupons: 10_000,
  askTwice: 10_000,
  rate: 1_000,
  sockets: 256,
  keys: 'every',
  firstUserId: 1,
  patient: true,
  sampleEvery: 100,
}

/**
 * What `npm test` does with a tenth of the requests (rush.test.ts), long enough for workers to take over from each other
 * again and again. Who dies is always the worker that decides, so that each time decisions are in its hands.
 */
test('a hundred thousand requests, a worker killed three times, Redis and Postgres once: the first ten thousand have their coupons', async () => {
  const sign = tokenSigner(stack('test'))
  const tokens = new Map(Array.from({ length: plan.users }, (_, nth) => [nth + 1, sign(nth + 1)]))
  const gateway = openGateway(testStack().gatewayUrl, plan.sockets)
  const seen = nothingSeen(plan)

  /** In the middle of their work, before most of what waits is decided. */
  async function whileDeciding(fault: (worker: string) => Killed): Promise<Killed> {
    const killed = fault(await workerAtWork())
    const issued = await issuedOf(seen.couponPolicyId!)
    console.log(
      `${killed.name} ended with ${issued ?? 'who knows how many'} issued, ${seen.answered.length} requests answered`,
    )
    return killed
  }
  async function faults(): Promise<Killed[]> {
    await waitFor('the rush to be on', () => seen.answered.length > 300, { timeoutMs: 60_000 })
    const first = await whileDeciding(kill)
    await waitFor('the queue to grow', () => seen.answered.length > 3_000, { timeoutMs: 60_000 })
    const redis = kill('redis')
    return [first, redis, await whileDeciding(kill), await whileDeciding(kill), await whileDeciding(crashPostgres)]
  }

  const [report, killed] = await Promise.all([
    couponRush(plan, { gateway, tokens, adminToken: sign(1, { admin: true }), seen }),
    faults(),
  ]).finally(() => gateway.close())
  console.log(describeRush(report).join('\n'))

  expect(report.violations).toEqual([])
  expect(report.answered).toBe(100_000)
  expect(await ledgerOf(report.couponPolicyId!)).toEqual({
    coupons: 10_000,
    users: 10_000,
    requests: 10_000,
    last: 10_000,
    inOrder: true,
  })
  const audit = await auditOf(report.couponPolicyId!)
  console.log(audit.output)
  expect(audit.code, audit.output).toBe(0)
  await Promise.all(killed.map(restarted))
})
