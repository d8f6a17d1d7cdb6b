import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audience, ensureKeys, issuer, token } from './keys.ts'
import { stack as define, type Stack } from './stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
const stack: Stack = { ...define('test'), folder, jwks: join(folder, 'keys/jwks.json') }

beforeAll(() => ensureKeys(stack))
afterAll(() => rmSync(folder, { recursive: true }))

const readJwks = () => JSON.parse(readFileSync(stack.jwks, 'utf8'))
const verify = (jwt: string) =>
  jwtVerify(jwt, createLocalJWKSet(readJwks()), { issuer, audience, algorithms: ['EdDSA'] })

test('a token names its user for twelve hours and grants nothing else', async () => {
  const { payload } = await verify(await token(stack, 42))
  expect(payload.sub).toBe('42')
  expect(payload.scope).toBeUndefined()
  expect(payload.exp! - payload.iat!).toBe(12 * 3600)
})

test('the token of an admin says so', async () => {
  const { payload } = await verify(await token(stack, 7, { admin: true }))
  expect(payload.scope).toBe('admin')
})

test('an expired token can be made, and is refused', async () => {
  await expect(verify(await token(stack, 42, { expiresIn: -60 }))).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
})

test('the keys are made once, and only the owner can read the private one, which is not published', async () => {
  const before = readJwks()
  await ensureKeys(stack)
  expect(readJwks()).toEqual(before)
  expect(before.keys[0].d).toBeUndefined()
  expect(statSync(join(folder, 'keys/private.jwk')).mode & 0o777).toBe(0o600)
})

test('a stack that was never started says so', async () => {
  await expect(token({ ...stack, folder: '/nowhere' }, 1)).rejects.toThrow('has never been started')
})
