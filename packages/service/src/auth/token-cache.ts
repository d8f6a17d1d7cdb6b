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
 * Verified tokens until they expire, the least recently used dropped first. Checking an Ed25519 signature costs more than
 * everything else a request does; a client that asks again should not pay for it again.
 *
 * Safe because a token is found by all of its bytes, the signature among them: whoever shows the same bytes would pass the
 * same checks again, and a single other one is another token. What can change meanwhile is the time, which is looked at
 * each time, and the key set: see `TRUSTED_MS`.
 */
export function createTokenCache(limit: number): TokenCache {
  const verified = new Map<string, Verified>()
  return {
    get(token, now) {
      const hit = verified.get(token)
      if (hit === undefined) return undefined
      verified.delete(token)
      if (hit.expiresAt <= now) return undefined
      // A Map iterates in the order of insertion, so putting it back makes it the youngest.
      verified.set(token, hit)
      return hit.user
    },
    set(token, entry) {
      if (verified.size >= limit) verified.delete(verified.keys().next().value!)
      verified.set(token, entry)
    },
  }
}
