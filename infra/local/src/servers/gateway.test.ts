import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { renderGateway } from '../../../gateway/nginx.ts'
import { findNginx } from '../downloads/servers.ts'
import { probe } from '../probes/probe.ts'
import { routes, services } from '../stack.ts'
import { freePort } from '../system/free-port.ts'
import { workerUser } from './nginx.ts'

/** What the stubs answer, and what a problem of the gateway's own says. */
interface Echo {
  service?: string
  headers: Record<string, string>
  traceId?: string
}

const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
const sideB = join(folder, 'on-side-b')
const upstreams: Server[] = []
let nginx: ChildProcess
let gateway = ''
/** What a stub had received when it broke off. */
const broken: string[] = []

/** Stands in for a service: says who it is, what it was asked, and streams slowly below /events. */
function stub(name: string) {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.endsWith('/break')) {
      broken.push(`${request.method} ${request.url}`)
      request.socket.destroy()
      return
    }
    if (request.url?.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      // Never ended: whoever sees this has not waited for the end.
      response.write('data: first\n\n')
      return
    }
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'from the service' })
      response.end(
        JSON.stringify({
          service: name,
          asked: `${request.method} ${request.url}`,
          url: request.url,
          headers: request.headers,
        }),
      )
    })
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  upstreams.push(server)
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  const addresses: Record<string, string[]> = {}
  for (const { name } of services) addresses[name] = [await listen(createServer(stub(name)))]
  const listening = `127.0.0.1:${await freePort()}`
  // Three processes of payment-api, one of which is away. Nobody listens where ranking-service is said to be.
  addresses['payment-api']!.push(await listen(createServer(stub('payment-api'))))
  const dead = createServer()
  addresses['ranking-service'] = [await listen(dead)]
  addresses['payment-api']!.push(...addresses['ranking-service'])
  await new Promise((resolve) => dead.close(resolve))
  mkdirSync(join(folder, 'own'))
  const file = join(folder, 'nginx.conf')
  const folders = { folder: join(folder, 'own'), apiDocs: join(folder, 'api-docs') }
  const there: Record<string, string[]> = {}
  for (const { name } of services) there[name] = [await listen(createServer(stub(`${name} of side b`)))]
  const sides = { upstreams: there, folder: sideB }
  const config = { listen: listening, upstreams: addresses, otherSide: sides, routes, ...folders, user: workerUser() }
  writeFileSync(file, renderGateway({ ...config, files: 4096, rate: 10, burst: 20 }))
  nginx = spawn(await findNginx(), ['-e', 'stderr', '-p', folder, '-c', file], {
    stdio: 'ignore',
  })
  gateway = `http://${listening}`
  await vi.waitFor(() => probe({ kind: 'http', url: `${gateway}/healthz` }), { timeout: 10_000 })
})

afterAll(async () => {
  nginx.kill('SIGTERM')
  await once(nginx, 'exit')
  for (const server of upstreams) server.closeAllConnections()
  for (const server of upstreams) server.close()
  rmSync(folder, { recursive: true })
})

let users = 0
/** A user of its own for every request, so that no test meets the limit by accident. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  users += 1
  return fetch(gateway + path, { ...init, headers: { authorization: `Bearer ${users}`, ...init.headers } })
}
const json = (response: Response) => response.json() as Promise<Echo>
const answeredBy = async (path: string, init?: RequestInit) => (await json(await ask(path, init))).service

test('every path leads to its service', async () => {
  expect(await answeredBy('/api/orders', { method: 'POST', body: '{}' })).toBe('order-service')
  expect(await answeredBy('/api/orders/1')).toBe('order-service')
  expect(await answeredBy('/api/orders?cursor=1')).toBe('order-service')
  expect(await answeredBy('/api/products')).toBe('order-service')
  expect(await answeredBy('/api/products/1', { method: 'PUT', body: '{}' })).toBe('order-service')
  expect(await answeredBy('/api/payments/1')).toBe('payment-api')
  expect(await answeredBy('/api/coupons/42', { method: 'POST', body: '{}' })).toBe('coupon-api')
  expect(await answeredBy('/api/coupon-requests/1')).toBe('coupon-api')
})

test('policies are created and changed by the worker and read from the api', async () => {
  expect(await answeredBy('/api/coupon-policies', { method: 'POST', body: '{}' })).toBe('coupon-worker')
  expect(await answeredBy('/api/coupon-policies/1/stock', { method: 'POST', body: '{}' })).toBe('coupon-worker')
  expect(await answeredBy('/api/coupon-policies/1/close', { method: 'POST' })).toBe('coupon-worker')
  expect(await answeredBy('/api/coupon-policies/1/close')).toBe('coupon-worker')
  expect(await answeredBy('/api/coupon-policies?status=OPEN')).toBe('coupon-api')
  expect(await answeredBy('/api/coupon-policies/1')).toBe('coupon-api')
  expect(await answeredBy('/api/coupon-policies/1/stocks')).toBe('coupon-api')
})

test.each(['PUT', 'DELETE', 'PATCH'])(
  'a path of two services is not to be had with %s, and says with what',
  async (method) => {
    const refused = await ask('/api/coupon-policies', { method })
    expect(refused.status).toBe(405)
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(await refused.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  },
)

test('TRACE, which nginx refuses by itself, gets the refusal of the service, which knows what it allows', async () => {
  const trace = (path: string) =>
    raw(`TRACE ${path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: ${path}\r\nConnection: close\r\n\r\n`)
  expect(await trace('/api/orders/1')).toMatch(/OPTIONS \/api\/orders\/1/)
  expect(await trace('/api/coupon-policies/1/close')).toMatch(/coupon-worker/)
  const split = await trace('/api/coupon-policies')
  expect(split).toMatch(/^HTTP\/1.1 405 /)
  expect(split).toContain('Allow: GET, HEAD, POST')
  const nothing = await trace('/metrics')
  expect(nothing).toMatch(/^HTTP\/1.1 404 /)
  expect(nothing).toContain('ROUTE_NOT_FOUND')
})

test.each([
  ['a path with a bad escape', 'GET /api/orders/%zz HTTP/1.1', 400, 'BAD_REQUEST'],
  ['a path with a NUL', 'GET /api/orders/%00 HTTP/1.1', 400, 'BAD_REQUEST'],
  ['a path of 9 KiB', `GET /api/orders/${'x'.repeat(9_216)} HTTP/1.1`, 414, 'URI_TOO_LONG'],
  ['a request line that is none', 'GET', 400, 'BAD_REQUEST'],
  ['another version of HTTP', 'GET /api/orders HTTP/3.7', 400, 'BAD_REQUEST'],
  ['a tunnel', 'CONNECT shop:443 HTTP/1.1', 400, 'BAD_REQUEST'],
])('%s is refused with a problem', async (_what, line, status, code) => {
  const answer = await raw(`${line}\r\nHost: gateway\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('Content-Type: application/problem+json')
  expect(answer).toContain(`"code":"${code}"`)
})

test('a method that nobody knows is refused like one that is not allowed', async () => {
  expect(await raw('BREW /api/orders/1 HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n')).toMatch(
    /OPTIONS \/api\/orders\/1/,
  )
})

test.each([
  '/',
  '/refused/bad_request',
  '/metrics',
  '/health/ready',
  '/api',
  '/api/ordersx',
  '/api/orders/../../metrics',
  '/api/orders/%2e%2e/%2e%2e/metrics',
])('there is nothing at %s', async (path) => {
  // fetch would tidy the path up.
  const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 404 /)
  expect(answer).toContain('Content-Type: application/problem+json')
  expect(answer).toContain('"code":"ROUTE_NOT_FOUND"')
})

test('a body of 16 KiB passes, a byte more does not', async () => {
  const post = (bytes: number) => ask('/api/orders', { method: 'POST', body: 'x'.repeat(bytes) })
  expect((await post(16 * 1024)).status).toBe(200)
  const refused = await post(16 * 1024 + 1)
  expect(refused.status).toBe(413)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(await refused.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
})

test('a client that asks too much is told to come back, and others are served meanwhile', async () => {
  const burst = (user: (nth: number) => string) =>
    Promise.all(
      Array.from({ length: 100 }, (_, nth) =>
        fetch(`${gateway}/api/orders/1`, { headers: { authorization: user(nth) } }),
      ),
    )
  const begun = performance.now()
  const greedy = await burst(() => 'Bearer greedy')
  const seconds = Math.ceil((performance.now() - begun) / 1_000)
  const refused = greedy.filter((one) => one.status === 429)
  expect(greedy.filter((one) => one.status === 200).length).toBeGreaterThanOrEqual(21)
  // One, the burst, and what the time that it took adds.
  expect(refused.length).toBeGreaterThanOrEqual(100 - 1 - 20 - 10 * seconds)
  expect(refused[0]!.headers.get('retry-after')).toBe('1')
  expect(await refused[0]!.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
  expect((await burst((nth) => `Bearer one of many ${nth}`)).map((one) => one.status)).toEqual(Array(100).fill(200))
  for (const one of greedy) await one.body?.cancel().catch(() => {})
})

test('a service that is away makes 503 with a time to come back', async () => {
  const refused = await ask('/api/rankings/best-sellers')
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' })
})

test('of several processes one that is away is passed over', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, nth) => ask(`/api/payments/${nth}`, { method: 'POST', body: '{}' })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
})

test('what may have taken effect in one process is not sent to another', async () => {
  for (let nth = 0; nth < 6; nth++) {
    const refused = await ask('/api/payments/break', { method: 'POST', body: '{}' })
    expect(refused.status).toBe(503)
  }
  expect(broken).toEqual(Array(6).fill('POST /api/payments/break'))
})

test('a service that has a file on side b is answered there, from one request to the next, and again where it was without', async () => {
  const answering = async (path: string, init?: RequestInit) => ((await (await ask(path, init)).json()) as Echo).service
  expect(await answering('/api/orders')).toBe('order-service')
  mkdirSync(sideB)
  for (const name of ['order-service', 'coupon-worker', 'coupon-api']) writeFileSync(join(sideB, name), '')
  expect(await answering('/api/orders')).toBe('order-service of side b')
  expect(await answering('/api/products')).toBe('order-service of side b')
  expect(await answering('/api/payments')).toBe('payment-api')
  const body = { method: 'POST', body: '{}' }
  expect(await answering('/api/coupon-policies', body)).toBe('coupon-worker of side b')
  rmSync(join(sideB, 'coupon-worker'))
  expect(await answering('/api/coupon-policies', body)).toBe('coupon-worker')
  expect(await answering('/api/coupon-policies')).toBe('coupon-api of side b')
  const stream = await ask('/api/coupon-requests/1/events')
  expect(new TextDecoder().decode((await stream.body!.getReader().read()).value)).toContain('data: first')
  rmSync(sideB, { recursive: true })
  expect(await answering('/api/orders')).toBe('order-service')
})

test('a sane request id is passed on and returned, another is replaced', async () => {
  const sane = await ask('/api/orders/1', { headers: { 'x-request-id': 'checkout-4711' } })
  expect(sane.headers.get('x-request-id')).toBe('checkout-4711')
  expect((await json(sane)).headers).toMatchObject({
    'x-request-id': 'checkout-4711',
    'correlation-id': 'checkout-4711',
  })
  const odd = await ask('/api/orders/1', { headers: { 'x-request-id': 'a "quoted" one' } })
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
})

test('a trace is continued, or begins here', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const continued = await json(await ask('/api/orders/1', { headers: { traceparent } }))
  expect(continued.headers.traceparent).toBe(traceparent)
  const begun = await json(await ask('/api/orders/1', { headers: { traceparent: 'nonsense' } }))
  expect(begun.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  const refused = await json(await ask('/nowhere', { headers: { traceparent } }))
  expect(refused.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
})

test('events arrive while the stream is still open', async () => {
  const stream = await ask('/api/coupon-requests/1/events')
  const { value } = await stream.body!.getReader().read()
  expect(Buffer.from(value!).toString()).toBe('data: first\n\n')
})

async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(gateway)
  const socket = connect(Number(port), hostname, () => socket.write(request))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  return Buffer.concat(parts).toString()
}
