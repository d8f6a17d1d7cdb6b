import { errors, jwtVerify } from 'jose'
import { Problem } from '../http/problem.ts'
import { loadKeySet } from './key-set.ts'
import { createTokenCache } from './token-cache.ts'
import type { User } from './user.ts'

export interface AuthConfig {
  jwks: string
  issuer: string
  audience: string
  tokenCacheSize: number
}

/** Who the bearer token names. Synchronous for a token seen before: the hot path then awaits nothing. */
export type Authenticate = (authorization: string | undefined) => User | Promise<User>

/** A verified token is checked again after this long, so that those of a key that was withdrawn from the set end soon. */
const TRUSTED_MS = 10 * 60_000
const SUBJECT = /^[1-9]\d{0,15}$/

export function createAuthenticator({ jwks, issuer, audience, tokenCacheSize }: AuthConfig): Authenticate {
  const keys = loadKeySet(jwks)
  const cache = createTokenCache(tokenCacheSize)
  // EdDSA and nothing else: the token must not choose how it is checked (alg "none", HMAC with the public key).
  const expected = { issuer, audience, algorithms: ['EdDSA'], requiredClaims: ['exp', 'sub'] }

  async function verify(token: string): Promise<User> {
    const { payload } = await jwtVerify(token, keys, expected).catch((error: unknown) => {
      throw refusal(error)
    })
    const id = SUBJECT.test(payload.sub!) ? Number(payload.sub) : Number.NaN
    if (!Number.isSafeInteger(id)) throw unauthenticated('The subject of the token is not a user id.')
    const user = { id, admin: typeof payload.scope === 'string' && payload.scope.split(' ').includes('admin') }
    cache.set(token, { user, expiresAt: Math.min(payload.exp! * 1000, Date.now() + TRUSTED_MS) })
    return user
  }

  return (authorization) => {
    const token = authorization === undefined ? undefined : bearerToken(authorization)
    if (token === undefined) throw unauthenticated('A bearer token is required.', 'Bearer')
    return cache.get(token, Date.now()) ?? verify(token)
  }
}

function bearerToken(authorization: string): string | undefined {
  if (authorization.startsWith('Bearer ')) return authorization.slice(7).trim()
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1]
}

/** A key set that cannot be fetched is our outage, not the client's bad token. */
function refusal(error: unknown): Problem {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired.')
  const ofToken =
    error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid)
  // jose reports a bad HTTP status of the key set's server with its base class.
  if (ofToken && error.code !== 'ERR_JOSE_GENERIC') return unauthenticated('The token is not valid.')
  return new Problem(503, 'UNAVAILABLE', 'Tokens cannot be checked for the moment.', {
    headers: { 'Retry-After': '1' },
  })
}

function unauthenticated(detail: string, challenge = 'Bearer error="invalid_token"'): Problem {
  return new Problem(401, 'UNAUTHENTICATED', detail, { headers: { 'WWW-Authenticate': challenge } })
}
