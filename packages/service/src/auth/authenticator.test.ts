import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Claims, testKeys } from '../../test/keys.ts'
import { type Shop, startShop } from '../../test/start-shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await startShop()
})

const ask = (authorization?: string, path = '/orders', method = 'GET') =>
  shop.request(path, { method, headers: authorization === undefined ? {} : { authorization } })

test('a good token names its user, the second time from memory', async () => {
  const token = await shop.token({ sub: '9007199254740991' })
  for (let i = 0; i < 2; i++) {
    expect(await (await ask(`Bearer ${token}`)).json()).toEqual({ user: { id: 9007199254740991, admin: false } })
  }
  expect((await ask(`bearer ${token}`)).status).toBe(200)
})

test.each([
  ['expired', { expiresIn: -1 }],
  ['without an end', { expiresIn: null }],
  ['of another issuer', { iss: 'somebody' }],
  ['for another audience', { aud: 'somebody' }],
  ['without a user', { sub: '' }],
  ['with a name for a user', { sub: 'admin' }],
  ['with a user beyond 2^53-1', { sub: '9007199254740992' }],
  ['with a negative user', { sub: '-1' }],
] as [string, Claims][])('a token %s is 401', async (_what, claims) => {
  await refused(`Bearer ${await shop.token(claims)}`)
})

test('a token that runs out between two requests is refused the second time', async () => {
  // Whole seconds, of which the present one may be nearly over.
  const token = await shop.token({ expiresIn: 5 })
  expect((await ask(`Bearer ${token}`)).status).toBe(200)
  const { exp } = JSON.parse(atob(token.split('.')[1]!)) as { exp: number }
  await expect.poll(async () => (await ask(`Bearer ${token}`)).status, { timeout: 30_000 }).toBe(401)
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
})

test('a token of another key is 401', async () => {
  await refused(`Bearer ${await (await testKeys()).token()}`)
})

test('the token does not choose how it is checked', async () => {
  const publicKey = Buffer.from(shop.keySet.keys[0]!.x!, 'base64url')
  await refused(`Bearer ${await shop.token({ alg: 'HS256', key: new Uint8Array(publicKey) })}`)
  await refused(`Bearer ${await shop.token({ alg: 'ES256', kid: 'ec', key: shop.ecKey })}`)
  const [, payload] = (await shop.token()).split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  await refused(`Bearer ${none}.${payload}.`)
})

test('a token that was tampered with is 401', async () => {
  const [head, , signature] = (await shop.token()).split('.')
  const [, admin] = (await shop.token({ scope: 'admin' })).split('.')
  await refused(`Bearer ${head}.${admin}.${signature}`)
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer x', 'Bearer a.b.c'])(
  'authorization %j is 401',
  async (header) => {
    await refused(header)
  },
)

test('another user’s resource is 403, for admins too', async () => {
  const own = `Bearer ${await shop.token()}`
  expect((await ask(own, '/users/42')).status).toBe(200)
  expect(await (await ask(own, '/users/43')).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  expect((await ask(`Bearer ${await shop.token({ scope: 'admin' })}`, '/users/43')).status).toBe(403)
})

test('an admin’s route takes the scope, as one word of the list', async () => {
  const statusFor = async (scope?: string) =>
    (await ask(`Bearer ${await shop.token({ scope })}`, '/prices', 'PUT')).status
  expect(await statusFor('read admin')).toBe(204)
  expect(await statusFor()).toBe(403)
  expect(await statusFor('administrator')).toBe(403)
})

test('who asks is settled before what: nothing of a body is read without a token', async () => {
  expect((await shop.send('POST', '/orders', '{"items":')).status).toBe(401)
  expect((await shop.send('POST', '/orders', 'x'.repeat(17 * 1024))).status).toBe(401)
})

test('keys may come from a URL; while it does not answer, tokens cannot be checked and that is 503', async () => {
  let status = 500
  const { jwks: _file, keySet, token } = await testKeys()
  const server = createServer((_req, res) => res.writeHead(status).end(JSON.stringify(keySet)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const remote = await startShop({ JWT_JWKS: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const headers = { authorization: `Bearer ${await token()}` }

  const away = await remote.request('/orders', { headers })
  expect(away.status).toBe(503)
  expect(await away.json()).toMatchObject({ code: 'UNAVAILABLE' })
  status = 200
  expect((await remote.request('/orders', { headers })).status).toBe(200)
})

async function refused(authorization: string | undefined): Promise<void> {
  const response = await ask(authorization)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect(await response.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
}
