import { faultProxy, testBroker, waitFor } from '@firstcome/testing'
import { describe, type TestContext, test } from 'vitest'
import { long, type Scene, scene, type TestMember } from './scene.ts'

const AWAY_MS = long ? 20_000 : 3_000

/** A member at work loses what `takeAway` takes, for a while; everything is done once it is back, by the same process. */
async function outage(
  context: TestContext,
  stage: Scene,
  member: TestMember,
  { takeAway, giveBack }: { takeAway(): Promise<unknown>; giveBack(): Promise<unknown> },
): Promise<void> {
  const { expect } = context
  await stage.send(60)
  await waitFor('work', async () => (await stage.effects()).length > 5)
  await takeAway()
  // The length of an outage is the point here, not a wait for something that could be seen.
  const over = Date.now() + AWAY_MS
  await waitFor('the service to say that it is not ready', async () => {
    return (await fetch(`${member.url}/health/ready`)).status === 503
  })
  await waitFor('the end of the outage', () => Date.now() >= over, { timeoutMs: AWAY_MS + 10_000 })
  expect((await stage.effects()).length).toBeLessThan(60)
  await giveBack()

  await stage.settled(60_000)
  expect(await stage.violations()).toEqual([])
  await waitFor('the service to be ready', async () => (await fetch(`${member.url}/health/ready`)).ok)
  expect(member.hasEnded()).toBe(false)
}

/** So that there is work left when something is taken away, even if this process stands still meanwhile. */
const slow = { slowMs: 100 }

describe.concurrent('while it is away nothing is given up, and when it is back everything is done once, in order', () => {
  test('the database, which refuses connections', async (context) => {
    const stage = await scene(context)
    const proxy = await faultProxy(stage.databaseUrl)
    const member = await stage.member('member', slow, { DATABASE_URL: proxy.through(stage.databaseUrl) })
    await outage(context, stage, member, { takeAway: () => proxy.down(), giveBack: () => proxy.resume() })
  })

  test('the database, which does not answer', async (context) => {
    const stage = await scene(context)
    const proxy = await faultProxy(stage.databaseUrl)
    const member = await stage.member('member', slow, {
      DATABASE_URL: proxy.through(stage.databaseUrl),
      DATABASE_STATEMENT_TIMEOUT_MS: '1000',
    })
    await outage(context, stage, member, {
      takeAway: async () => proxy.swallow(),
      giveBack: () => proxy.resume(),
    })
  })

  test.for(long ? (['stop', 'kill'] as const) : (['kill'] as const))('the broker, after a %s', async (how, context) => {
    const broker = await testBroker()
    const stage = await scene(context, { brokers: broker.brokers })
    const member = await stage.member('member', slow)
    await outage(context, stage, member, { takeAway: () => broker[how](), giveBack: () => broker.start() })
  })
})
