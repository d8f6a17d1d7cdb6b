import { readFileSync } from 'node:fs'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { ConfigError } from '../config/read-config.ts'

/** Keys by URL (fetched on first use, cached, fetched again for an unknown key id) or from a file read at boot. */
export function loadKeySet(source: string): JWTVerifyGetKey {
  if (/^https?:\/\//.test(source)) return createRemoteJWKSet(new URL(source), { timeoutDuration: 3_000 })
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(source, 'utf8')) as JSONWebKeySet)
  } catch (error) {
    throw new ConfigError([`JWT_JWKS is invalid: ${source} holds no key set (${(error as Error).message})`])
  }
}
