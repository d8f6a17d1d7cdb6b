import { expect, test } from 'vitest'
import { queuePlace } from './queue.ts'

test('what is not decided before a request is ahead of it', () => {
  expect(queuePlace(41, 40)).toEqual({ position: 1, ahead: 0 })
  expect(queuePlace(41, 30)).toEqual({ position: 11, ahead: 10 })
  expect(queuePlace(4, -1)).toEqual({ position: 5, ahead: 4 })
})

test('a request that waits for a retry, behind the newest decision, is the next', () => {
  expect(queuePlace(41, 99)).toEqual({ position: 1, ahead: 0 })
})
