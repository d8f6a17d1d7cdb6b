import { waitFor } from '@firstcome/testing'
import { describe, type TestContext, test } from 'vitest'
import type { Plan, Step } from './plan.ts'
import { isStopped, type Scene, scene } from './scene.ts'

const MIDDLE = 7
const COUNT = 24

type Where = (step: Scene['step']) => Step[]

/** The first member stands still at the step, alive to the kernel and silent to the group; the second has taken over once `until` holds. */
async function standstill(
  context: TestContext,
  where: Where,
  until: (stage: Scene) => Promise<boolean>,
  { plan = {}, idleMs }: { plan?: Plan; idleMs?: number } = {},
): Promise<Scene> {
  const stage = await scene(context)
  await stage.send(COUNT)
  const env: Record<string, string> = idleMs ? { DATABASE_STATEMENT_TIMEOUT_MS: String(idleMs) } : {}
  const first = await stage.member('first', { ...plan, stops: where(stage.step) }, env)
  await waitFor('the first member to stand still', () => isStopped(first.pid), { timeoutMs: 60_000 })
  await stage.member('second', plan)
  await waitFor('the second member to take over', () => until(stage), { timeoutMs: 60_000 })

  process.kill(first.pid, 'SIGCONT')
  await waitFor('the first member to be well, or gone', async () => {
    if (first.hasEnded()) return true
    return (await fetch(`${first.url}/health/ready`)).ok
  })
  await stage.send(COUNT)
  await stage.settled()
  return stage
}

const allButTheStopped = async (stage: Scene) => (await stage.committed()) === COUNT
const secondWaitsForFirst = async ({ db }: Scene) => {
  const { rows } = await db.raw(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length > 0
}

describe.concurrent('a member that stands still past its session, while another one takes over, and then goes on', () => {
  test('between two messages: what it had in hand was done by the other one, and not again', async (context) => {
    const stage = await standstill(context, () => [{ at: 'before-handler', n: MIDDLE }], allButTheStopped)
    context.expect(await stage.violations()).toEqual([])
    context.expect(await stage.effects('second')).toContain(MIDDLE)
  })

  test('inside its transaction: the other one waits for that, and does not repeat it', async (context) => {
    const where: Where = () => [{ at: 'before-database-commit', n: MIDDLE }]
    // Longer than it stands still: its transaction lives.
    const stage = await standstill(context, where, secondWaitsForFirst, { idleMs: 120_000 })
    context.expect(await stage.violations()).toEqual([])
    context.expect(await stage.effects('first')).toContain(MIDDLE)
  })

  test('inside its transaction, for longer than Postgres is told to bear: it loses that, and the other one does the work', async (context) => {
    const where: Where = () => [{ at: 'before-database-commit', n: MIDDLE }]
    const stage = await standstill(context, where, allButTheStopped, { idleMs: 8_000 })
    context.expect(await stage.violations()).toEqual([])
    context.expect(await stage.effects('second')).toContain(MIDDLE)
  })

  test('before its offset commit: that comes too late, and does not set the group back', async (context) => {
    const stage = await standstill(context, (step) => [step('request', 'OffsetCommit', 'main')], allButTheStopped)
    context.expect(await stage.violations()).toEqual([])
  })

  test('over a poison message: it is among the dead letters, its neighbours are not', async (context) => {
    const plan = { fails: { [MIDDLE]: 'error' } } as const
    const where: Where = (step) => [step('request', 'Produce', 'firstRetry')]
    const stage = await standstill(context, where, allButTheStopped, { plan })
    context.expect(await stage.violations({ poison: [MIDDLE] })).toEqual([])
  })
})
