import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watch } from './watchdog.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A member that does what the test says, watched; gives the codes that it failed with. */
function watched({ answers = true, busy = false, signs = false }): () => Promise<string[]> {
  const failures: string[] = []
  const busySince = new Map(busy ? [['coupon-issue/0', Date.now()]] : [])
  const started = Date.now()
  const watchdog = watch({
    groupId: 'g',
    maxPollIntervalMs: 300_000,
    busySince,
    lastSign: () => (signs ? Date.now() : started),
    brokerAnswers: async () => answers,
    onStuck: ({ message }) => failures.push(message),
  })
  return async () => {
    await vi.advanceTimersByTimeAsync(600_000)
    watchdog.stop()
    return failures
  }
}

test('a fetch loop that went silent while the broker answers is told, once', async () => {
  expect(await watched({})()).toEqual(['g: no fetch and no heartbeat for more than 120000 ms'])
})

test('silence while the broker is away is an outage, and a member that fetches is well', async () => {
  expect(await watched({ answers: false })()).toEqual([])
  expect(await watched({ signs: true })()).toEqual([])
})

test('a handler that is in a slice for longer than the poll interval is told, heartbeats or not', async () => {
  const told = ['g: coupon-issue/0 has been in its handler for more than 300000 ms']
  expect(await watched({ busy: true })()).toEqual(told)
  expect(await watched({ busy: true, signs: true })()).toEqual(told)
})
