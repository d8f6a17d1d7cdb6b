import { waitFor } from '@firstcome/testing'
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
  const heardAll = vi.fn(async () => true)
  return {
    lookUp,
    heardAll,
    clock,
    policies: createPolicies({ lookUp, heardAll, patienceMs: 30, most: 2, now: () => clock.now }),
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
  await waitFor('the first look', () => lookUp.mock.calls.length > 0)
  policies.learn(policy())
  expect(await asked).toEqual(policy())
})

test('a thousand who ask for the same unknown id share one wait', async () => {
  const { policies, lookUp } = build()
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => policies.find(1)))
  expect(answers.every((answer) => answer === undefined)).toBe(true)
  expect(lookUp).toHaveBeenCalledTimes(2)
})

test('who asks later waits as long as the first, and whoever waits is told when it arrives', async () => {
  const { policies, lookUp, clock } = build()
  const first = policies.find(1)
  clock.now = 3
  const second = policies.find(1)
  await waitFor('both to look', () => lookUp.mock.calls.length >= 2)
  policies.learn(policy())
  expect(await Promise.all([first, second])).toEqual([policy(), policy()])
  expect(lookUp).toHaveBeenCalledTimes(2)
})

test('that there was no such policy is not remembered: it is waited for again', async () => {
  const { policies, lookUp } = build()
  expect(await policies.find(1)).toBeUndefined()
  const again = policies.find(1)
  await waitFor('another look', () => lookUp.mock.calls.length >= 3)
  policies.learn(policy())
  expect(await again).toEqual(policy())
})

test('nobody is told that there is no such policy while something may not have been heard', async () => {
  const { policies, heardAll } = build()
  heardAll.mockResolvedValueOnce(false)
  await expect(policies.find(1)).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  heardAll.mockRejectedValueOnce(new Error('Kafka is away'))
  await expect(policies.find(1)).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  expect(await policies.find(1)).toBeUndefined()
})

test('in a flood of different unknown ids nobody is told that one does not exist without having waited', async () => {
  const { policies, lookUp } = build()
  const waiting = [policies.find(1), policies.find(2)]
  await expect(policies.find(3)).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  expect(await Promise.all(waiting)).toEqual([undefined, undefined])
  expect(await policies.find(3)).toBeUndefined()
  expect(lookUp).toHaveBeenCalledTimes(6)
})

test('policies come in the order of their ids, whenever they were learnt', () => {
  const { policies } = build()
  const ids = (after: number, count: number) => policies.after(after, count).map((one) => one.couponPolicyId)
  for (const couponPolicyId of [10, 2, 33]) policies.learn(policy({ couponPolicyId }))
  expect(ids(0, 2)).toEqual([2, 10])
  policies.learn(policy({ couponPolicyId: 7 }))
  policies.learn(policy({ couponPolicyId: 10, totalQuantity: 11, changedAt: 2 }))
  expect(ids(2, 9)).toEqual([7, 10, 33])
  expect(policies.after(7, 1)[0]).toMatchObject({ couponPolicyId: 10, totalQuantity: 11 })
  expect(ids(33, 9)).toEqual([])
  expect(policies.size).toBe(4)
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
