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
