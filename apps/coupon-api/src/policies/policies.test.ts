import { expect, test, vi } from 'vitest'
import type { Policy } from '../model/policy-store.ts'
import { createPolicies } from './policies.ts'

const policy = (over: Partial<Policy> = {}): Policy => ({
  couponPolicyId: 1,
  name: 'A coupon',
  totalQuantity: 10,
  opensAt: null,
  closesAt: null,
  ordering: 'STRICT',
  createdAt: 1,
  changedAt: 1,
  ...over,
})

function build(stored?: Policy) {
  const clock = { now: 0 }
  const lookUp = vi.fn(async (): Promise<Policy | undefined> => stored)
  return {
    lookUp,
    clock,
    policies: createPolicies({ lookUp, patienceMs: 30, absenceMs: 1_000, most: 2, now: () => clock.now }),
  }
}

test('a known policy is answered from memory', async () => {
  const { policies, lookUp } = build()
  policies.learn(policy())
  expect(policies.known(1)).toEqual(policy())
  expect(await policies.find(1)).toEqual(policy())
  expect(lookUp).not.toHaveBeenCalled()
})

test('a policy that another replica has stored is looked up once', async () => {
  const { policies, lookUp } = build(policy())
  expect(await policies.find(1)).toEqual(policy())
  expect(await policies.find(1)).toEqual(policy())
  expect(lookUp).toHaveBeenCalledTimes(1)
})

test('a policy whose event is on its way is waited for', async () => {
  const { policies, lookUp } = build()
  const asked = policies.find(1)
  await vi.waitFor(() => expect(lookUp).toHaveBeenCalled())
  policies.learn(policy())
  expect(await asked).toEqual(policy())
})

test('a thousand who ask for the same unknown id share one wait, and the next finds it absent at once', async () => {
  const { policies, lookUp, clock } = build()
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => policies.find(1)))
  expect(answers.every((answer) => answer === undefined)).toBe(true)
  expect(await policies.find(1)).toBeUndefined()
  expect(lookUp).toHaveBeenCalledTimes(2)

  clock.now = 1_001
  await policies.find(1)
  expect(lookUp).toHaveBeenCalledTimes(4)
})

test('an absent policy is known the moment its event arrives', async () => {
  const { policies } = build()
  expect(await policies.find(1)).toBeUndefined()
  policies.learn(policy())
  expect(await policies.find(1)).toEqual(policy())
})

test('a flood of different unknown ids does not wait beyond the bound', async () => {
  const { policies, lookUp } = build()
  const waiting = [policies.find(1), policies.find(2)]
  expect(await policies.find(3)).toBeUndefined()
  expect(lookUp).toHaveBeenCalledTimes(3)
  await Promise.all(waiting)
})

test('an older state that arrives late does not replace a newer one', () => {
  const { policies } = build()
  policies.learn(policy({ totalQuantity: 20, changedAt: 2 }))
  policies.learn(policy({ totalQuantity: 10, changedAt: 1 }))
  expect(policies.known(1)?.totalQuantity).toBe(20)
})

test('when the store cannot be asked nobody is told that the policy does not exist, and the next may ask again', async () => {
  const { policies, lookUp } = build(policy())
  lookUp.mockRejectedValueOnce(new Error('away'))
  await expect(policies.find(1)).rejects.toThrow('away')
  expect(await policies.find(1)).toEqual(policy())
})
