import { expect, test } from 'vitest'
import { arrivals, planAsks, type RushPlan } from './plan.ts'

const plan: RushPlan = {
  users: 5_000,
  coupons: 1_000,
  askTwice: 500,
  sockets: 256,
  keys: 'some',
  firstUserId: 1,
  patient: true,
  sampleEvery: 50,
}

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

test.each([0, 0.01, 0.3, 0.77, 1])('a share of %d of the users asks twice, spread over all of them', (share) => {
  const asks = planAsks({ ...plan, askTwice: Math.round(plan.users * share) })
  const twice = Map.groupBy(asks, ({ userId }) => userId)
    .values()
    .filter(({ length }) => length === 2)
    .map(([first]) => first!.userId)
    .toArray()

  expect(asks).toHaveLength(plan.users * (1 + share))
  expect(twice).toHaveLength(plan.users * share)
  expect(twice.filter((user) => user <= plan.users / 2)).toHaveLength(Math.floor((plan.users * share) / 2))
})

test('without a rate everybody is due at once', () => {
  expect([...arrivals(3, undefined)]).toEqual([0, 0, 0])
})

test('with a rate they come one after another, as many a second as that, now closer together and now further apart', () => {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const due = [...arrivals(20_000, 2_000, random)]
  const gaps = due.slice(1).map((at, nth) => at - due[nth]!)

  expect(due.at(-1)! / 1_000).toBeCloseTo(10, 0)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
  // Of a Poisson process: e^-2 of the gaps are longer than twice the mean.
  const long = gaps.filter((gap) => gap > 1).length / gaps.length
  expect(long).toBeGreaterThan(0.12)
  expect(long).toBeLessThan(0.15)
})
