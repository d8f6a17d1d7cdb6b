/** A rush on one coupon through the gateway, for the demonstration, the load tool and the tests. */
export { couponRush, type RushTools } from './coupon-rush.ts'
export { describeRush } from './describe.ts'
export { type Answer, type Gateway, openGateway } from './gateway.ts'
export { type Latency, latencyOf } from './latency.ts'
export type { RushPlan } from './plan.ts'
export { type Answered, nothingSeen, type RushReport, reportOf, type Seen } from './seen.ts'
