import { expect, test } from 'vitest'
import { createAge } from './age.ts'

const MINUTE = 60_000

function age() {
  const clock = { now: 1_700_000_000_000 }
  return { clock, ...createAge(() => clock.now) }
}

test('a record that is worked on, or waited with, is as old as it says', () => {
  const { clock, standsAt, seconds } = age()
  standsAt(clock.now - MINUTE)
  expect(seconds()).toBe(60)

  clock.now += MINUTE
  expect(seconds()).toBe(120)
})

test('a retry is not old before it is due', () => {
  const { clock, standsAt, seconds } = age()
  standsAt(clock.now + 2000)
  expect(seconds()).toBe(0)

  clock.now += 5000
  expect(seconds()).toBe(3)
})

test('a record that is there and not fetched counts from the moment it was first seen', () => {
  const { clock, lagIs, seconds } = age()
  lagIs(3)
  clock.now += MINUTE
  lagIs(10)
  expect(seconds()).toBe(60)
})

test('lag that is seen does not make a record younger that is worked on', () => {
  const { clock, standsAt, lagIs, seconds } = age()
  standsAt(clock.now - MINUTE)
  lagIs(3)
  expect(seconds()).toBe(60)
})

test('without lag there is no age, and new lag starts anew', () => {
  const { clock, standsAt, lagIs, seconds } = age()
  standsAt(clock.now - MINUTE)
  lagIs(0)
  clock.now += MINUTE
  expect(seconds()).toBe(0)

  lagIs(1)
  clock.now += 1000
  expect(seconds()).toBe(1)
})

test('as long as nothing is known nothing is claimed', () => {
  expect(age().seconds()).toBeUndefined()
})
