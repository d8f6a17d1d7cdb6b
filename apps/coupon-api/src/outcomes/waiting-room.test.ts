import { expect, test, vi } from 'vitest'
import type { Outcome } from '../requests/request-state.ts'
import { createWaitingRoom } from './waiting-room.ts'

const outcome: Outcome = { status: 'FAILED', userId: 1, couponPolicyId: 1, reason: 'COUPON_ISSUE_FAILED' }

test('everybody who waits for a request is told, once, and nobody else', () => {
  const room = createWaitingRoom()
  const [first, second, other] = [vi.fn(), vi.fn(), vi.fn()]
  room.enter('a', first)
  room.enter('a', second)
  room.enter('b', other)
  room.tell('a', outcome)
  room.tell('a', outcome)
  expect([first.mock.calls, second.mock.calls, other.mock.calls]).toEqual([[[outcome]], [[outcome]], []])
  expect(room.waitingFor()).toEqual(['b'])
  expect(room.size).toBe(1)
})

test('who has left is not told, and leaves nothing behind', () => {
  const room = createWaitingRoom()
  const listener = vi.fn()
  const leave = room.enter('a', listener)
  leave()
  leave()
  room.tell('a', outcome)
  expect(listener).not.toHaveBeenCalled()
  expect([room.size, room.waitingFor()]).toEqual([0, []])
})

test('leaving after being told does not disturb who came later', () => {
  const room = createWaitingRoom()
  const leave = room.enter('a', () => {})
  room.tell('a', outcome)
  const later = vi.fn()
  room.enter('a', later)
  leave()
  room.tell('a', outcome)
  expect(later).toHaveBeenCalledWith(outcome)
  expect(room.size).toBe(0)
})
