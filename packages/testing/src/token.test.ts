import { readFileSync } from 'node:fs'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { testStack } from './stack.ts'
import { testToken } from './token.ts'

const keys = () => createLocalJWKSet(JSON.parse(readFileSync(testStack().jwks, 'utf8')) as JSONWebKeySet)
const verify = (token: string) => jwtVerify(token, keys(), { issuer: 'firstcome', audience: 'firstcome' })

test('a token is signed with the key of the test stack', async () => {
  expect((await verify(await testToken(42))).payload).toMatchObject({ sub: '42' })
  expect((await verify(await testToken(42))).payload).not.toHaveProperty('scope')
  expect((await verify(await testToken(1, { admin: true }))).payload).toMatchObject({ scope: 'admin' })
})

test('an expired one is refused for that alone', async () => {
  await expect(verify(await testToken(42, { expired: true }))).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
})
