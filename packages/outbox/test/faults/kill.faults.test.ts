import { describe, type TestContext, test } from 'vitest'
import type { Plan, Step } from './plan.ts'
import { type Scene, scene } from './scene.ts'

/** In the middle of a batch, and of its slice of five. */
const MIDDLE = 7
const COUNT = 24
const killed = { code: null, signal: 'SIGKILL' }

type Where = (step: Scene['step']) => Step[]

/** One life ends at the step, a second one goes on until everything is done. */
async function twoLives(context: TestContext, where: Where, plan: Plan = {}): Promise<Scene> {
  const { expect } = context
  const stage = await scene(context)
  await stage.send(COUNT)
  const first = await stage.member('first', { ...plan, dies: where(stage.step) })
  expect(await first.ended).toEqual(killed)
  await stage.member('second', plan)
  await stage.settled()
  return stage
}

describe.concurrent('killed in the midst of good messages, each has its effect once, in order', () => {
  test.for<[string, Where]>([
    ['before the handler', () => [{ at: 'before-handler', n: MIDDLE }]],
    ['before the database commit', () => [{ at: 'before-database-commit', n: MIDDLE }]],
    ['after the database commit', () => [{ at: 'after-database-commit', n: MIDDLE }]],
    [
      'as the offset commit is about to leave',
      (step) => [step('request', 'OffsetCommit', 'main'), step('request', 'OffsetCommit', 'main')],
    ],
    [
      'before the answer to the offset commit is seen',
      (step) => [step('answer', 'OffsetCommit', 'main'), step('answer', 'OffsetCommit', 'main')],
    ],
  ])('%s', async ([, where], context) => {
    const stage = await twoLives(context, where)
    context.expect(await stage.violations()).toEqual([])
  })

  test('between the commits, with a transaction for each slice', async (context) => {
    const stage = await twoLives(context, (step) => [step('request', 'OffsetCommit', 'main')], { batch: true })
    context.expect(await stage.violations()).toEqual([])
  })

  test('without the inbox the same kill doubles effects: these checks would see it', async (context) => {
    const stage = await twoLives(context, () => [{ at: 'after-database-commit', n: MIDDLE }], { withoutInbox: true })
    const found = await stage.violations()
    context.expect(found).toContainEqual({ kind: 'doubled', id: `event-${MIDDLE}` })
  })
})

describe.concurrent('killed over a poison message, it ends among the dead letters and its neighbours have their effects', () => {
  test.for<[string, Where]>([
    ['as its first retry is about to leave', (step) => [step('request', 'Produce', 'firstRetry')]],
    [
      'between its first retry and the commit',
      (step) => [step('answer', 'Produce', 'firstRetry'), step('request', 'OffsetCommit', 'main')],
    ],
    [
      'after the commit of its first failure',
      (step) => [step('answer', 'Produce', 'firstRetry'), step('answer', 'OffsetCommit', 'main')],
    ],
    [
      'between its second retry and the commit',
      (step) => [step('answer', 'Produce', 'secondRetry'), step('request', 'OffsetCommit', 'firstRetry')],
    ],
    ['as its dead letter is about to leave', (step) => [step('request', 'Produce', 'deadLetters')]],
    ['before the answer to its dead letter is seen', (step) => [step('answer', 'Produce', 'deadLetters')]],
    [
      'between its dead letter and the commit',
      (step) => [step('answer', 'Produce', 'deadLetters'), step('request', 'OffsetCommit', 'secondRetry')],
    ],
    [
      'after the commit of its last failure',
      (step) => [step('answer', 'Produce', 'deadLetters'), step('answer', 'OffsetCommit', 'secondRetry')],
    ],
  ])('%s', async ([, where], context) => {
    const stage = await twoLives(context, where, { fails: { [MIDDLE]: 'error' } })
    context.expect(await stage.violations({ poison: [MIDDLE] })).toEqual([])
  })
})
