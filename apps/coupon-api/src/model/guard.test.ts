import { expect, test, vi } from 'vitest'
import { createGuard, ReadModelAway } from './guard.ts'

function build() {
  const clock = { now: 0 }
  const log = { info: vi.fn(), warn: vi.fn() }
  const guard = createGuard({ timeoutMs: 20, restMs: 1_000, now: () => clock.now }, log)
  return { guard, clock, log }
}

const hang = () => new Promise<never>(() => {})

test('an answer passes through', async () => {
  const { guard } = build()
  expect(await guard(async () => 7)).toBe(7)
})

test('a store that hangs is asked again only after a rest, so that requests do not queue up behind it', async () => {
  const { guard, clock } = build()
  await expect(guard(hang)).rejects.toThrow(ReadModelAway)

  const asked = vi.fn(async () => 1)
  await expect(guard(asked)).rejects.toThrow(ReadModelAway)
  expect(asked).not.toHaveBeenCalled()

  clock.now = 1_000
  expect(await guard(asked)).toBe(1)
})

test('a store that refuses may be asked at once again: that costs nothing', async () => {
  const { guard } = build()
  await expect(guard(() => Promise.reject(new Error('connection is closed')))).rejects.toMatchObject({
    code: 'STATUS_UNAVAILABLE',
    retriable: true,
  })
  expect(await guard(async () => 1)).toBe(1)
})

test('going and coming back are logged once each', async () => {
  const { guard, log } = build()
  const refuse = () => Promise.reject(new Error('away'))
  for (let i = 0; i < 3; i++) await expect(guard(refuse)).rejects.toThrow(ReadModelAway)
  expect(guard.available()).toBe(false)
  for (let i = 0; i < 3; i++) await guard(async () => 1)
  expect(guard.available()).toBe(true)
  expect([log.warn.mock.calls.length, log.info.mock.calls.length]).toEqual([1, 1])
})
