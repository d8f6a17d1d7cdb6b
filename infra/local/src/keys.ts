import { createPrivateKey, sign, type webcrypto } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
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

export type TokenSigner = (userId: number | string, options?: TokenOptions) => string

/** Makes bearer tokens as the services accept them, tens of thousands a second. Throws when the stack was never started. */
export function tokenSigner(stack: Stack): TokenSigner {
  const jwk = readJson<webcrypto.JsonWebKey & { kid: string }>(privateKeyFile(stack))
  if (!jwk) throw new Error(`the ${stack.name} stack has no keys yet: it has never been started`)
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const header = encode({ alg: 'EdDSA', kid: jwk.kid })
  return (userId, { admin = false, expiresIn = 12 * 3600 } = {}) => {
    const now = Math.floor(Date.now() / 1_000)
    const claims = encode({
      ...(admin && { scope: 'admin' }),
      sub: String(userId),
      iss: issuer,
      aud: audience,
      iat: expiresIn < 0 ? now + expiresIn - 60 : now,
      exp: now + expiresIn,
    })
    const signed = `${header}.${claims}`
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
  }
}

/** A bearer token for one user. Throws when the stack was never started. */
export async function token(stack: Stack, userId: number | string, options?: TokenOptions): Promise<string> {
  return tokenSigner(stack)(userId, options)
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
