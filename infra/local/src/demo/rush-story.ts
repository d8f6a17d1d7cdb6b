import { couponRush, type RushReport } from './coupon-rush.ts'
import { openGateway } from './gateway.ts'
import type { RushPlan } from './rush-plan.ts'
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
    for (const text of describe(report)) line(text)
    return report
  } finally {
    gateway.close()
  }
}

function describe(report: RushReport): string[] {
  const perSecond = Math.round((report.requests / report.acceptMs) * 1_000)
  const rejected = Object.entries(report.rejected).map(([reason, times]) => `${count(times)} ${reason}`)
  const repeated = Object.entries(report.repeated).map(([why, times]) => `${count(times)} after ${why}`)
  return [
    `${count(report.requests)} requests: ${count(report.accepted)} accepted, ${count(report.refusedAtOnce)} refused at once (already certain)`,
    `answered in ${seconds(report.acceptMs)} (${count(perSecond)} a second), p50 ${report.acceptP50.toFixed(1)} ms, p99 ${report.acceptP99.toFixed(1)} ms`,
    `every outcome known ${seconds(report.outcomesMs)} later`,
    `issued ${count(report.issued)}; rejected ${rejected.join(', ') || 'none'}`,
    ...(repeated.length > 0 ? [`asked again: ${repeated.join(', ')}`] : []),
    ...(report.violations.length === 0
      ? ['held: exact stock, none twice, ranks without a gap, nobody overtaken, every request with an outcome']
      : report.violations.map((text) => `BROKEN: ${text}`)),
  ]
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
