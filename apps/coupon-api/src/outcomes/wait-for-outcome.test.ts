import { expect, test } from 'vitest'
import type { Outcome } from '../requests/request-state.ts'
import { startWait } from './wait-for-outcome.ts'
import { createWaitingRoom } from './waiting-room.ts'

const outcome: Outcome = { status: 'ISSUED', userId: 1, couponPolicyId: 1, couponId: 'c', rank: 1 }
const never = new AbortController().signal

test('an outcome that arrives before it is asked for is not missed', async () => {
  const room = createWaitingRoom()
  const wait = startWait(room, 'a')
  room.tell('a', outcome)
  expect(await wait.outcome(10_000, never)).toEqual(outcome)
})

test('the wait runs out, and leaves nothing behind', async () => {
  const room = createWaitingRoom()
  expect(await startWait(room, 'a').outcome(5, never)).toBeUndefined()
  expect(room.size).toBe(0)
})

test('it ends when the client leaves or the service stops', async () => {
  const room = createWaitingRoom()
  const gone = new AbortController()
  const waiting = startWait(room, 'a').outcome(60_000, gone.signal)
  gone.abort()
  expect(await waiting).toBeUndefined()
  expect(await startWait(room, 'b').outcome(60_000, gone.signal)).toBeUndefined()
  expect(room.size).toBe(0)
})
