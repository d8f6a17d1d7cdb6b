import { expect, test, vi } from 'vitest'
import { createInHand } from './in-hand.ts'

test('each slice has its own time: a partition is busy since it took the oldest that it has in hand', () => {
  vi.useFakeTimers({ now: 1000 })
  const busySince = new Map<string, number>()
  const inHand = createInHand(busySince, 'a/0')
  const since = () => busySince.get('a/0')

  const first = inHand.take()
  vi.setSystemTime(1400)
  const second = inHand.take()
  expect(since()).toBe(1000)
  first()
  expect(since()).toBe(1400)
  vi.setSystemTime(1900)
  const third = inHand.take()
  third()
  expect(since()).toBe(1400)
  second()
  expect(busySince).toEqual(new Map())
  vi.useRealTimers()
})
