import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { Stack } from './stack.ts'
import { readJson, writeJson } from './system/json-file.ts'

export const issuer = 'firstcome'
export const audience = 'firstcome'

const privateKeyFile = (stack: Stack) => join(stack.folder, 'keys/private.jwk')

/** The key pair that signs and checks this stack's tokens, made once. */
export async function ensureKeys(stack: Stack): Promise<void> {
  if (existsSync(privateKeyFile(stack)) && existsSync(stack.jwks)) return
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicKey = await exportJWK(pair.publicKey)
  const named = { kid: await calculateJwkThumbprint(publicKey), alg: 'EdDSA', use: 'sig' }
  // The public half first: without the private one the next start simply makes a new pair.
  writeJson(stack.jwks, { keys: [{ ...publicKey, ...named }] })
  writeJson(privateKeyFile(stack), { ...(await exportJWK(pair.privateKey)), ...named })
}

export interface TokenOptions {
  admin?: boolean
  /** Seconds from now; negative makes a token that has already expired. 12 hours by default. */
  expiresIn?: number
}

/** A bearer token for one user, as the services accept it. Throws when the stack was never started. */
export async function token(
  stack: Stack,
  userId: number | string,
  { admin = false, expiresIn = 12 * 3600 }: TokenOptions = {},
): Promise<string> {
  const key = readJson<JWK>(privateKeyFile(stack))
  if (!key) throw new Error(`the ${stack.name} stack has no keys yet: it has never been started`)
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT(admin ? { scope: 'admin' } : {})
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setSubject(String(userId))
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(expiresIn < 0 ? now + expiresIn - 60 : now)
    .setExpirationTime(now + expiresIn)
    .sign(await importJWK(key, 'EdDSA'))
}
