import { expect, test } from 'vitest'
import { planAsks, type RushPlan } from './rush-plan.ts'

const plan: RushPlan = { users: 5_000, coupons: 1_000, askTwice: 500, sockets: 256, keys: 'some', firstUserId: 1 }

test('every user asks, and a tenth of them twice: half of those with the same key', () => {
  const asks = planAsks(plan)
  const byUser = Map.groupBy(asks, ({ userId }) => userId)
  const twice = [...byUser.values()].filter(({ length }) => length === 2)

  expect(byUser.size).toBe(5_000)
  expect(asks).toHaveLength(5_500)
  expect(twice).toHaveLength(500)
  expect(twice.filter(([first, second]) => first?.key && first.key === second?.key)).toHaveLength(250)
  expect(twice.filter(([first, second]) => !first?.key && !second?.key)).toHaveLength(250)
})

test('with a key on every request, two requests of one user that mean two have two keys', () => {
  const asks = planAsks({ ...plan, keys: 'every' })

  expect(asks).toHaveLength(5_500)
  expect(asks.every(({ key }) => key)).toBe(true)
  expect(new Set(asks.map(({ key }) => key)).size).toBe(5_250)
})

test('some learn the outcome from the stream and some from the held response', () => {
  const ways = Map.groupBy(planAsks(plan), ({ learns }) => learns)

  expect(ways.get('waiting')?.length).toBeGreaterThan(50)
  expect(ways.get('streaming')?.length).toBeGreaterThan(50)
})
