import { version } from 'uuid'
import { expect, test } from 'vitest'
import { identify } from './request-id.ts'

test('a request without a key is new each time, and says when it was made', () => {
  const before = Date.now()
  const ids = [identify(1, 2, undefined), identify(1, 2, undefined)].map(({ requestId }) => requestId)
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) {
    expect(version(id)).toBe(7)
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before)
  }
})

test('the same user, policy and key give the same request; any other gives another', () => {
  const { requestId } = identify(1, 2, 'key')
  expect(identify(1, 2, 'key').requestId).toBe(requestId)
  const others = [identify(2, 2, 'key'), identify(1, 3, 'key'), identify(1, 2, 'yek')].map((one) => one.requestId)
  expect(new Set([requestId, ...others]).size).toBe(4)
})

test('the id of a key does not depend on the policy, and is no request', () => {
  expect(identify(1, 2, 'key').keyId).toBe(identify(1, 3, 'key').keyId)
  expect(identify(1, 2, 'key').keyId).not.toBe(identify(2, 2, 'key').keyId)
  // A key that spells a policy and a key must not collide with the id of that request.
  expect(identify(1, 2, '2/key').keyId).not.toBe(identify(1, 2, 'key').requestId)
})
