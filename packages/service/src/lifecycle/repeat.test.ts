import { waitFor } from '@firstcome/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Repeated, repeat } from './repeat.ts'

const log = { warn: vi.fn() }
let repeated: Repeated | undefined
afterEach(() => repeated?.close())

/** Starts `task` as one that would never come up again by the clock alone. */
function begin(task: () => Promise<boolean>) {
  repeated = repeat('task', 3_600_000, log, task)
  void repeated.start()
  return repeated
}

describe('a repeated task', () => {
  it('runs again at once while there is more to do, and then rests', async () => {
    const task = vi.fn(async () => task.mock.calls.length < 3)
    begin(task)
    await waitFor('the third run', () => task.mock.calls.length >= 3)
    await new Promise(setImmediate)
    expect(task).toHaveBeenCalledTimes(3)
  })

  it('runs once more when woken during a run, so that nothing that came meanwhile is left lying', async () => {
    const first = Promise.withResolvers<boolean>()
    const task = vi.fn(async () => (task.mock.calls.length === 1 ? first.promise : false))
    const { wake } = begin(task)
    wake()
    wake()
    first.resolve(false)
    await waitFor('the second run', () => task.mock.calls.length >= 2)
    await new Promise(setImmediate)
    expect(task).toHaveBeenCalledTimes(2)
  })

  it('says what failed, and goes on at the next turn', async () => {
    const task = vi.fn(async () => {
      if (task.mock.calls.length === 1) throw new Error('the database is away')
      return false
    })
    const { wake } = begin(task)
    await waitFor('it to be said', () => log.warn.mock.calls.length > 0)
    wake()
    await waitFor('the second run', () => task.mock.calls.length >= 2)
  })

  it('closes after the run at hand', async () => {
    const first = Promise.withResolvers<boolean>()
    const { close } = begin(() => first.promise)
    const closed = vi.fn()
    const closing = close().then(closed)
    await new Promise(setImmediate)
    expect(closed).not.toHaveBeenCalled()
    first.resolve(true)
    await closing
  })
})
