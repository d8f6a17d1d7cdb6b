import { stack, tokenSigner } from '@firstcome/local'
import { couponRush, describeRush, nothingSeen, openGateway, type RushPlan } from '@firstcome/local/rush'
import { testStack, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
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
test.runIf(process.env.FIRSTCOME_FAULTS === 'long')(
  'a hundred thousand requests, a worker killed three times, Redis and Postgres once: the first ten thousand have their coupons',
  async () => {
    const sign = tokenSigner(stack('test'))
    const tokens = new Map(Array.from({ length: plan.users }, (_, nth) => [nth + 1, sign(nth + 1)]))
    const gateway = openGateway(testStack().gatewayUrl, plan.sockets)
    const seen = nothingSeen(plan)

    const issued = () => issuedOf(seen.couponPolicyId ?? 0)
    /** As soon as decisions are made, and before most of what waits is decided. */
    async function whileIssuing(fault: () => Killed | Promise<Killed>): Promise<Killed> {
      const before = await issued()
      await waitFor('coupons to be issued', async () => (await issued()) > before, { timeoutMs: 120_000 })
      const killed = await fault()
      console.log(`${killed.name} ended with ${await issued()} issued, ${seen.answered.length} requests answered`)
      return killed
    }
    const killWorker = async () => kill(await workerAtWork())
    async function faults(): Promise<Killed[]> {
      const first = await whileIssuing(killWorker)
      await waitFor('the queue to grow', () => seen.answered.length > 5_000)
      const redis = kill('redis')
      return [
        first,
        redis,
        await whileIssuing(killWorker),
        await whileIssuing(killWorker),
        await whileIssuing(crashPostgres),
      ]
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
    await Promise.all(killed.map(restarted))
  },
)
