import { orderFlow } from './demo/order-flow.ts'
import { type RushTarget, rushStory } from './demo/rush-story.ts'
import { printSteps } from './demo/steps.ts'
import { openGateway } from './rush/gateway.ts'
import type { RushPlan } from './rush/plan.ts'

/** What the demonstration needs to know of a running system. */
export interface DemoTarget extends RushTarget {
  /** Connection URL of an operator who may only read the data platform's database. */
  dataPlatformUrl: string
}

const crowd: RushPlan = {
  users: 5_000,
  coupons: 1_000,
  askTwice: 500,
  sockets: 256,
  keys: 'some',
  firstUserId: 1,
  patient: true,
  sampleEvery: 50,
}

/** Shows both flows through the gateway, as any client would use it; false when a promise was broken. */
export async function demonstrate(target: DemoTarget, print: (line: string) => void = console.log): Promise<boolean> {
  const steps = printSteps(print)
  const gateway = openGateway(target.gatewayUrl, 4)
  try {
    await orderFlow({ gateway, token: await target.signToken(42), dataPlatformUrl: target.dataPlatformUrl }, steps)
    const { violations } = await rushStory(crowd, target, steps)
    return violations.length === 0
  } catch (error) {
    // The step that failed has printed itself; what is left is to say where to look.
    print(`\nThe demonstration stopped: ${error instanceof Error ? error.message : String(error)}`)
    print('Look at `npm run status`, and at `npm run logs -- <service>`.')
    return false
  } finally {
    gateway.close()
  }
}
