import { fileURLToPath } from 'node:url'
import { type StartOptions, startApp, type TestApp } from '@firstcome/testing'
import { testKeys } from './keys.ts'

export type Shop = Awaited<ReturnType<typeof startShop>>

/** The shop as a process, with keys of its own. */
export async function startShop(env: Record<string, string> = {}, options?: StartOptions) {
  const keys = await testKeys()
  const main = fileURLToPath(new URL('./shop.ts', import.meta.url))
  const app: TestApp = await startApp(main, { JWT_JWKS: keys.jwks, ...env }, options)
  return {
    ...app,
    ...keys,
    request: (path: string, init?: RequestInit) => fetch(app.url + path, init),
    /** Sends a body as JSON. */
    send: (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      fetch(app.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** The messages it logged, in order. */
    messages: () => app.logs().map((line) => line.msg),
  }
}
