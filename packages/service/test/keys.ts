import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** A key pair of the test's own, its public half in a key set file, and tokens signed with it that can be wrong in any way. */
export async function testKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'shop', alg: 'EdDSA', use: 'sig' }] }
  const jwks = join(mkdtempSync(join(tmpdir(), 'shop-')), 'jwks.json')
  writeFileSync(jwks, JSON.stringify(keySet))
  return { jwks, keySet, token: (claims: Claims = {}) => sign(claims, privateKey) }
}

export interface Claims {
  sub?: string
  scope?: string
  iss?: string
  aud?: string
  /** Seconds from now; null leaves the claim out. */
  expiresIn?: number | null
  alg?: string
  key?: CryptoKey | Uint8Array
}

async function sign(claims: Claims, privateKey: CryptoKey): Promise<string> {
  const { sub = '42', scope, iss = 'firstcome', aud = 'firstcome', expiresIn = 600, alg = 'EdDSA' } = claims
  const jwt = new SignJWT({ iss, aud, sub, ...(scope !== undefined && { scope }) }).setProtectedHeader({
    alg,
    kid: 'shop',
  })
  if (expiresIn !== null) jwt.setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
  return jwt.sign(claims.key ?? privateKey)
}
