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

test('at most so many are kept, and those that are used again stay', () => {
  const cache = createTokenCache(5)
  for (const token of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    cache.set(token, { user: user(1), expiresAt: 9 })
    expect(cache.get('a', 0)).toEqual(user(1))
  }
  const kept = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((token) => cache.get(token, 0))
  expect(kept).toContain('a')
  expect(kept).toContain('g')
  expect(kept.length).toBeLessThanOrEqual(5)
})

test('a token that has expired stays unknown in either generation', () => {
  const cache = createTokenCache(2)
  cache.set('a', { user: user(1), expiresAt: 5 })
  cache.set('b', { user: user(2), expiresAt: 9 })
  expect(cache.get('a', 5)).toBeUndefined()
  expect(cache.get('a', 6)).toBeUndefined()
})
