import { expect, test } from 'vitest'
import { waitFor } from './wait-for.ts'

test('it gives what the probe gives, once that is something', async () => {
  const answers = [undefined, null, false, 0]
  expect(await waitFor('an answer', () => answers.shift())).toBe(0)
})

test('an error of the probe means not yet', async () => {
  let asked = 0
  const probe = async () => {
    if (asked++ < 2) throw new Error('closed')
    return 'open'
  }
  expect(await waitFor('the door', probe)).toBe('open')
})

test('when time is up the error says what was awaited and what was seen last', async () => {
  const refusing = waitFor('the door', () => Promise.reject(new Error('closed')), { timeoutMs: 20 })
  await expect(refusing).rejects.toThrow('waited 20 ms for the door; last: closed')
  await expect(waitFor('it', () => false, { timeoutMs: 20 })).rejects.toThrow('last: false')
})
