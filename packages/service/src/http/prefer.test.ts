import { expect, test } from 'vitest'
import { preferredWait } from './prefer.ts'

test.each([
  ['wait=5', 5],
  ['Wait = "7"', 7],
  ['respond-async, wait=10', 10],
  ['return=minimal; foo=1; wait=3', 3],
  ['wait=1, wait=2', 1],
  ['wait=0', 0],
  ['wait=3600', 30],
])('Prefer: %s asks for %i s', (prefer, seconds) => {
  expect(preferredWait({ prefer })).toBe(seconds)
})

test.each(['respond-async', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'await=5', 'wait=5s', ''])(
  'Prefer: %s asks for no wait',
  (prefer) => {
    expect(preferredWait({ prefer })).toBeUndefined()
  },
)

test('no Prefer header asks for no wait', () => {
  expect(preferredWait({})).toBeUndefined()
})
