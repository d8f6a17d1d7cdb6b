import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { renderGateway } from '../../../gateway/nginx.ts'
import { findNginx } from '../downloads/servers.ts'
import { root } from '../paths.ts'
import { probe } from '../probes/probe.ts'
import { routes, services } from '../stack.ts'
import { freePort } from '../system/free-port.ts'
import { prepareApiDocs } from './api-docs.ts'
import { workerUser } from './nginx.ts'

const folder = mkdtempSync(join(tmpdir(), 'api-docs-'))
const apiDocs = join(folder, 'api-docs')
let nginx: ChildProcess
let gateway = ''

beforeAll(async () => {
  const listen = `127.0.0.1:${await freePort()}`
  mkdirSync(join(folder, 'own'))
  prepareApiDocs(apiDocs)
  // None of the services is there: the page needs none.
  const upstreams = Object.fromEntries(services.map(({ name }) => [name, ['127.0.0.1:1']]))
  const config = { listen, upstreams, routes, apiDocs, folder: join(folder, 'own'), user: workerUser() }
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, renderGateway({ ...config, files: 4096, rate: 10, burst: 20 }))
  nginx = spawn(await findNginx(), ['-e', 'stderr', '-p', folder, '-c', file], { stdio: 'ignore' })
  gateway = `http://${listen}`
  await vi.waitFor(() => probe({ kind: 'http', url: `${gateway}/healthz` }), { timeout: 10_000 })
})

afterAll(async () => {
  nginx.kill('SIGTERM')
  await once(nginx, 'exit')
  rmSync(folder, { recursive: true })
})

let users = 0
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  users += 1
  return fetch(gateway + path, {
    redirect: 'manual',
    ...init,
    headers: { authorization: `Bearer ${users}`, ...init.headers },
  })
}

test('the page is one, and everything it is made of lies beside it', async () => {
  const page = await ask('/api/docs/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
  const html = await page.text()
  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!)
  expect(parts.length).toBeGreaterThanOrEqual(4)
  for (const part of parts) {
    expect(part).not.toMatch(/^(\w+:|\/)/)
    expect((await ask(`/api/docs/${part}`)).status, part).toBe(200)
  }
})

test.each([
  [/swagger-ui-[\d.]+\/swagger-ui-bundle\.js$/, 'text/javascript; charset=utf-8', /SwaggerUIBundle/],
  [/swagger-ui-[\d.]+\/swagger-ui\.css$/, 'text/css; charset=utf-8', /\.swagger-ui/],
  [/page\.js$/, 'text/javascript; charset=utf-8', /url: 'openapi\.yaml'/],
  [/openapi\.yaml$/, 'application/yaml', /^openapi: 3\.1/m],
])('%s comes as %s', async (name, type, content) => {
  const file = readdirSync(apiDocs, { recursive: true })
    .map(String)
    .find((one) => name.test(one))
  const answer = await ask(`/api/docs/${file}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe(type)
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await answer.text()).toMatch(content)
})

test('the document is the one of the repository, and may be written by a program: a change shows at once', async () => {
  const document = await ask('/api/docs/openapi.yaml')
  expect(await document.text()).toBe(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'))
  expect(document.headers.get('cache-control')).toBe('no-cache')
  const headers = { 'if-none-match': document.headers.get('etag')! }
  expect((await ask('/api/docs/openapi.yaml', { headers })).status).toBe(304)

  writeFileSync(join(apiDocs, 'openapi.yaml'), 'openapi: 3.1.1\n# changed\n')
  writeFileSync(join(apiDocs, 'left-over.js'), '')
  expect((await ask('/api/docs/openapi.yaml', { headers })).status).toBe(200)
  prepareApiDocs(apiDocs)
  expect(await (await ask('/api/docs/openapi.yaml')).text()).toMatch(/askForCoupon/)
  expect((await ask('/api/docs/left-over.js')).status).toBe(404)
})

test('the page may load what lies beside it, and nothing else; what never changes is kept', async () => {
  const page = await ask('/api/docs/')
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  const html = await page.text()
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
  const script = /src="(swagger-ui-[^"]+)"/.exec(html)![1]
  const bundle = await ask(`/api/docs/${script}`, { headers: { 'accept-encoding': 'gzip' } })
  expect(bundle.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(bundle.headers.get('content-encoding')).toBe('gzip')
  await bundle.body?.cancel()
})

test('its address without the slash leads there, whatever host and port the client knows', async () => {
  const moved = await ask('/api/docs')
  expect([moved.status, moved.headers.get('location')]).toEqual([301, '/api/docs/'])
})

test.each(['/api/docs', '/api/docs/', '/api/docs/openapi.yaml'])('%s is only to be read', async (path) => {
  expect((await ask(path, { method: 'HEAD' })).status).toBeLessThan(400)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const refused = await ask(path, { method })
    expect([refused.status, refused.headers.get('allow')], method).toEqual([405, 'GET, HEAD'])
    expect(await refused.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  }
})

test.each(['/api/docsx', '/api/docs/nothing', '/api/docs/swagger-ui-0', '/api/docs/%2e%2e/own/nginx.pid'])(
  'there is nothing at %s',
  async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' })
  },
)

test('whoever reads it too often is told to come back', async () => {
  const hasty = () => ask('/api/docs/', { headers: { authorization: 'Bearer hasty' } })
  const answers = await Promise.all(Array.from({ length: 60 }, hasty))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]!.headers.get('retry-after')).toBe('1')
})
