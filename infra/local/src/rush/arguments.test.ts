import { expect, test } from 'vitest'
import { UsageError } from '../commands/usage-error.ts'
import { readArguments } from './arguments.ts'

const crowd = (...args: string[]) => {
  const { users, askTwice } = readArguments(args).plan
  return { users, askTwice }
}

test('without arguments ten thousand users, a tenth of whose requests are repeats, come at a thousand a second', () => {
  const { plan, audit, test } = readArguments([])
  expect(plan).toMatchObject({ users: 10_000, askTwice: 1_111, rate: 1_000, coupons: 1_000, patient: false })
  expect(plan.couponPolicyId).toBeUndefined()
  expect({ audit, test }).toEqual({ audit: true, test: false })
})

test('users, requests and the share of repeats: any two say the third', () => {
  expect(crowd('--users', '90000', '--repeats', '0.1')).toEqual({ users: 90_000, askTwice: 10_000 })
  expect(crowd('--requests', '100000', '--repeats', '0.1')).toEqual({ users: 90_000, askTwice: 10_000 })
  expect(crowd('--requests', '100000', '--users', '90000')).toEqual({ users: 90_000, askTwice: 10_000 })
  expect(crowd('--users', '500', '--repeats', '0')).toEqual({ users: 500, askTwice: 0 })
  expect(crowd('--users', '500', '--repeats', '0.5')).toEqual({ users: 500, askTwice: 500 })
})

test('at the maximum rate no request is due before the others', () => {
  expect(readArguments(['--rate', 'max']).plan.rate).toBeUndefined()
})

test('a policy that there is, and no audit', () => {
  const { plan, audit } = readArguments(['--policy', '7', '--no-audit', '--first-user', '5000'])
  expect(plan).toMatchObject({ couponPolicyId: 7, firstUserId: 5_000 })
  expect(audit).toBe(false)
})

test.each([
  [['--users', 'many'], '--users many: expected a whole number from 1'],
  [['--users', '0'], '--users 0: expected a whole number from 1'],
  [['--connections', '20001'], '--connections 20001: expected a whole number from 1 to 20000'],
  [['--rate', '0'], '--rate 0: expected a number from 0.1 to 100000'],
  [['--rate', ''], '--rate : expected a number'],
  [['--repeats', '0.6'], '--repeats 0.6: expected a number from 0 to 0.5'],
  [['--users', '10', '--requests', '21'], '21 requests of 10 users'],
  [['--users', '10', '--requests', '9'], '9 requests of 10 users'],
  [['--users', '10', '--requests', '15', '--repeats', '0.1'], 'a share of 0.3333333333333333 repeats, not 0.1'],
  [['--policy', '7', '--stock', '5'], '--stock is for a new policy'],
  [['--wat'], "Unknown option '--wat'"],
  [['100'], "Unexpected argument '100'"],
])('%j is refused, with what is wrong and what there is', (args, problem) => {
  const refused = (() => {
    try {
      readArguments(args)
    } catch (error) {
      return error as Error
    }
  })()
  expect(refused).toBeInstanceOf(UsageError)
  expect(refused!.message).toContain(problem)
  expect(refused!.message).toContain('Usage: pnpm rush')
})
