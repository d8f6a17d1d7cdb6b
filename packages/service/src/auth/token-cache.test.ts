import { expect, test } from 'vitest'
import { createTokenCache } from './token-cache.ts'

const user = (id: number) => ({ id, admin: false })

test('a token is known until it expires', () => {
  const cache = createTokenCache(10)
  cache.set('a', { user: user(1), expiresAt: 1_000 })
  expect(cache.get('a', 999)).toEqual(user(1))
  expect(cache.get('a', 1_000)).toBeUndefined()
  expect(cache.get('a', 0)).toBeUndefined()
})

test('when it is full the token that was used least recently goes', () => {
  const cache = createTokenCache(2)
  cache.set('a', { user: user(1), expiresAt: 9 })
  cache.set('b', { user: user(2), expiresAt: 9 })
  cache.get('a', 0)
  cache.set('c', { user: user(3), expiresAt: 9 })
  expect(['a', 'b', 'c'].map((token) => cache.get(token, 0)?.id)).toEqual([1, undefined, 3])
})
