import { expect, test } from 'vitest'
import { progressOf } from './live.ts'
import type { RushPlan } from './plan.ts'
import { type Answered, nothingSeen, type Seen } from './seen.ts'

const plan: RushPlan = {
  users: 10,
  coupons: 1,
  askTwice: 0,
  sockets: 1,
  keys: 'some',
  firstUserId: 1,
  patient: false,
  sampleEvery: 50,
}

function answered(status: number, body: Answered['body'], ms: number): Answered {
  return { ask: { userId: 1, learns: 'polling' }, status, body, since: 0, sentAt: 0, answeredAt: ms, repeats: 0 }
}

/** Ten requests, one due every 100 ms; four were answered. */
function halfWay(): Seen {
  return {
    ...nothingSeen(plan),
    begunAt: 1_000,
    requests: 10,
    due: Float64Array.from({ length: 10 }, (_, nth) => nth * 100),
    answered: [
      answered(202, { requestId: 'r1' }, 5),
      answered(202, { requestId: 'r2' }, 10),
      answered(409, { code: 'COUPON_SOLD_OUT' }, 20),
      answered(503, {}, 40),
    ],
  }
}

test('progress says how many are answered, how fast lately, how many wait, and how they were answered', () => {
  const line = progressOf(halfWay(), { at: 1_000, answered: 2 }, 1_550)
  expect(line.trim()).toBe('0.6 s  4 of 10 answered, 4/s  p50 40 p99 40 ms  2 wait  accepted 2, refused 1, not taken 1')
})

test('progress where nothing was answered lately has no latency to tell', () => {
  const line = progressOf(halfWay(), { at: 1_000, answered: 4 }, 2_000)
  expect(line.trim()).toBe('1.0 s  4 of 10 answered, 0/s  6 wait  accepted 2, refused 1, not taken 1')
})

test('once all are answered, progress is what is known of their outcomes', () => {
  const line = progressOf({ ...halfWay(), answeredAt: 2_000 }, { at: 1_000, answered: 4 }, 2_500)
  expect(line.trim()).toBe('1.5 s  all answered; outcomes known: 0 of 4')
})
