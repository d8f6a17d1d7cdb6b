import { join } from 'node:path'
import { testFolder } from '@firstcome/testing'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** A key pair of the test's own, its public half in a key set file, and tokens signed with it that can be wrong in any way. */
export async function testKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  // Also in the set, as a provider might have it: a key of a kind that services must not take.
  const ec = await generateKeyPair('ES256')
  const keySet = {
    keys: [
      { ...(await exportJWK(publicKey)), kid: 'shop', alg: 'EdDSA', use: 'sig' },
      { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
    ],
  }
  const jwks = join(testFolder({ 'jwks.json': JSON.stringify(keySet) }), 'jwks.json')
  return { jwks, keySet, ecKey: ec.privateKey, token: (claims: Claims = {}) => sign(claims, privateKey) }
}

export interface Claims {
  sub?: string
  scope?: string
  iss?: string
  aud?: string
  /** Seconds from now; null leaves the claim out. */
  expiresIn?: number | null
  alg?: string
  kid?: string
  key?: CryptoKey | Uint8Array
}

async function sign(claims: Claims, privateKey: CryptoKey): Promise<string> {
  const {
    sub = '42',
    scope,
    iss = 'firstcome',
    aud = 'firstcome',
    expiresIn = 600,
    alg = 'EdDSA',
    kid = 'shop',
  } = claims
  const jwt = new SignJWT({ iss, aud, sub, ...(scope !== undefined && { scope }) }).setProtectedHeader({
    alg,
    kid,
  })
  if (expiresIn !== null) jwt.setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
  return jwt.sign(claims.key ?? privateKey)
}
