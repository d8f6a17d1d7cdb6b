import { couponRush } from '../rush/coupon-rush.ts'
import { count, describeRush, describeVerdict } from '../rush/describe.ts'
import { openGateway } from '../rush/gateway.ts'
import type { RushPlan } from '../rush/plan.ts'
import type { RushReport } from '../rush/seen.ts'
import type { Steps } from './steps.ts'

export interface RushTarget {
  gatewayUrl: string
  signToken(userId: number, options?: { admin?: boolean }): string | Promise<string>
}

/** Runs the rush and prints its numbers, and every counter-example where a promise did not hold. */
export async function rushStory(plan: RushPlan, target: RushTarget, steps: Steps): Promise<RushReport> {
  const { title, step, line } = steps
  title(
    `A coupon rush: ${count(plan.users)} users, ${count(plan.askTwice)} of them twice, for ${count(plan.coupons)} coupons`,
  )
  const tokens = new Map<number, string>()
  const adminToken = await step(
    'sign tokens',
    async () => {
      for (let nth = 0; nth < plan.users; nth++) {
        tokens.set(plan.firstUserId + nth, await target.signToken(plan.firstUserId + nth))
      }
      return target.signToken(1, { admin: true })
    },
    () => `${count(plan.users)} users signed in`,
  )
  const gateway = openGateway(target.gatewayUrl, plan.sockets)
  try {
    const report = await step(
      'rush',
      () => couponRush(plan, { gateway, tokens, adminToken }),
      (done) => `policy ${done.couponPolicyId}: every request sent, every outcome asked for`,
    )
    const held = 'exact stock, none twice, ranks without a gap, nobody overtaken, every request with an outcome'
    for (const text of [...describeRush(report), ...describeVerdict(report, held)]) line(text)
    return report
  } finally {
    gateway.close()
  }
}
