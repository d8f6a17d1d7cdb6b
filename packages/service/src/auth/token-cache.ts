import type { User } from './user.ts'

interface Verified {
  user: User
  /** Epoch ms. */
  expiresAt: number
}

export interface TokenCache {
  get(token: string, now: number): User | undefined
  set(token: string, verified: Verified): void
}

/**
 * Verified tokens until they expire. Checking an Ed25519 signature costs more than everything else a request does; a client
 * that asks again should not pay for it again.
 *
 * Two generations of half the limit: when the young one is full, the old one is dropped and it takes its place. Who is used
 * again stays, as with a list of the least recently used, but a token that is found costs one look, and nothing is written.
 *
 * Safe because a token is found by all of its bytes, the signature among them: whoever shows the same bytes would pass the
 * same checks again, and a single other one is another token. What can change meanwhile is the time, which is looked at
 * each time, and the key set: see `TRUSTED_MS`.
 */
export function createTokenCache(limit: number): TokenCache {
  const half = Math.max(1, Math.floor(limit / 2))
  let young = new Map<string, Verified>()
  let old = new Map<string, Verified>()

  function keep(token: string, entry: Verified): void {
    if (young.size >= half) {
      old = young
      young = new Map()
    }
    young.set(token, entry)
  }

  return {
    get(token, now) {
      let hit = young.get(token)
      if (hit === undefined) {
        hit = old.get(token)
        if (hit === undefined) return undefined
        keep(token, hit)
      }
      if (hit.expiresAt > now) return hit.user
      young.delete(token)
      old.delete(token)
      return undefined
    },
    set: keep,
  }
}
