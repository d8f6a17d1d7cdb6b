import { connect } from 'node:net'
import { waitFor } from '@firstcome/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Shop, startShop } from '../../test/start-shop.ts'

let shop: Shop
let bearer: Record<string, string>

beforeAll(async () => {
  shop = await startShop()
  bearer = { authorization: `Bearer ${await shop.token()}` }
})

const order = { items: [{ itemId: 1, quantity: 2 }] }

test('a good request gets its answer, headers of the handler included', async () => {
  const response = await shop.send('POST', '/orders', order, bearer)
  expect(response.status).toBe(201)
  expect(response.headers.get('location')).toBe('/orders/7')
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.json()).toEqual({ user: { id: 42, admin: false }, items: order.items })
})

describe('a request that is wrong gets a problem with a stable code', () => {
  test.each([
    ['broken JSON', '{"items":', 400, 'MALFORMED_JSON'],
    ['JSON that is no object', '"items"', 400, 'MALFORMED_JSON'],
    ['a body over the limit', JSON.stringify({ items: 'x'.repeat(17 * 1024) }), 413, 'BODY_TOO_LARGE'],
    ['an unknown field', { ...order, coupon: 1 }, 400, 'VALIDATION_FAILED', ['coupon']],
    [
      '__proto__ as a field',
      '{"items":[{"itemId":1,"quantity":1}],"__proto__":{}}',
      400,
      'VALIDATION_FAILED',
      ['__proto__'],
    ],
    ['a negative quantity', { items: [{ itemId: 1, quantity: -1 }] }, 400, 'VALIDATION_FAILED', ['items.0.quantity']],
    ['no items', {}, 400, 'VALIDATION_FAILED', ['items']],
    ['an empty body', '', 400, 'VALIDATION_FAILED', ['body']],
  ])('%s', async (_what, body, status, code, fields?: string[]) => {
    const response = await shop.send('POST', '/orders', body, bearer)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ type: 'about:blank', status, code })
    expect(response.status).toBe(status)
    if (fields) expect(problem.errors?.map(({ field }) => field)).toEqual(fields)
  })

  test('a body that is just within the limit is read', async () => {
    const padded = JSON.stringify(order).padEnd(16_384, ' ')
    expect((await shop.send('POST', '/orders', padded, bearer)).status).toBe(201)
    expect((await shop.send('POST', '/orders', `${padded} `, bearer)).status).toBe(413)
  })

  test('a body that does not say how long it is meets the same limit', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 17; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(1024)))
        controller.close()
      },
    })
    const init = {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { 'content-type': 'application/json', ...bearer },
    }
    const response = await shop.request('/orders', init as RequestInit)
    expect(response.status).toBe(413)
  })

  test('a body that comes in pieces is read whole, a character that was cut in two included', async () => {
    const body = Buffer.from(JSON.stringify({ items: order.items, ünknown: 1 }))
    const cut = body.indexOf('ü') + 1
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    const type = 'Content-Type: application/json\r\n'
    socket.write(
      `POST /orders HTTP/1.1\r\nHost: shop\r\nAuthorization: ${bearer.authorization}\r\n${type}Content-Length: ${body.length}\r\n\r\n`,
    )
    socket.write(body.subarray(0, cut))
    await new Promise((resolve) => setImmediate(resolve))
    socket.write(body.subarray(cut))
    await waitFor('the answer', () => answer.includes('"field":"ünknown"'))
    socket.destroy()
  })

  test.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON in another alphabet', { 'content-type': 'application/json; charset=latin1' }],
    ['compressed JSON', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('%s is no JSON body', async (_what, headers) => {
    const response = await shop.send('POST', '/orders', order, { ...bearer, ...(headers as Record<string, string>) })
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' })
  })

  test.each(['application/json; charset=utf-8', 'application/vnd.shop+json', 'Application/JSON'])(
    '%s is',
    async (type) => {
      expect((await shop.send('POST', '/orders', order, { ...bearer, 'content-type': type })).status).toBe(201)
    },
  )

  test('a path or query that does not fit names the field', async () => {
    const user = await problemOf(await shop.request('/users/abc', { headers: bearer }))
    expect(user).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field: 'userId' }] })
    const search = await problemOf(await shop.request('/search?limit=1000&page=2'))
    expect(search.errors?.map(({ field }) => field)).toEqual(['limit', 'page'])
    const none = await problemOf(await shop.request('/sold-out?debug=1'))
    expect(none.errors?.map(({ field }) => field)).toEqual(['debug'])
  })

  test.each(['/nowhere', '/orders/', '/ORDERS', '/orders/1/2'])('%s is an unknown path', async (path) => {
    expect(await problemOf(await shop.request(path))).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' })
  })

  test('a path that cannot be decoded is the client’s mistake', async () => {
    expect(await problemOf(await shop.request('/users/%zz'))).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' })
  })

  test.each([
    ['DELETE', '/orders', 'POST, GET, HEAD'],
    ['POST', '/search', 'GET, HEAD'],
    ['OPTIONS', '/prices', 'PUT'],
  ])('%s on %s is refused with what is allowed there', async (method, path, allow) => {
    const response = await shop.request(path, { method })
    expect(response.headers.get('allow')).toBe(allow)
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  })

  test('a problem of the handler is sent as it was thrown', async () => {
    const response = await shop.request('/sold-out')
    expect(response.headers.get('retry-after')).toBe('9')
    expect(await problemOf(response)).toMatchObject({
      status: 409,
      code: 'SOLD_OUT',
      detail: 'Nothing is left.',
      left: 0,
    })
  })

  test('an outage behind the handler is 503, to be tried again', async () => {
    const response = await shop.request('/outage')
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'UNAVAILABLE' })
  })

  test('a bug is 500: the log tells what, the client does not learn it', async () => {
    const response = await shop.request('/bug')
    const text = await response.clone().text()
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' })
    expect(text).not.toMatch(/secret|stack|at /)
    const line = await waitFor('the log line', () =>
      shop.logs().find(({ msg, traceId }) => msg === 'handler failed' && traceId === problem.traceId),
    )
    expect(JSON.stringify(line.err)).toContain('secret of the implementation')
  })
})

test('HEAD gets the headers of GET without its body', async () => {
  const [head, get] = [await shop.request('/search', { method: 'HEAD' }), await shop.request('/search')]
  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
})

test('an answer without a body has no length either', async () => {
  const { status, headers } = await shop.send('PUT', '/health-of-the-till', {})
  expect([status, headers.get('content-length'), headers.get('content-type')]).toEqual([204, null, null])
})

test('defaults, coercion and chosen headers reach the handler', async () => {
  const response = await shop.request('/search', { headers: { 'x-color': 'red', prefer: 'wait=5' } })
  expect(await response.json()).toEqual({ limit: 10, color: 'red', wait: 5 })
})

test('every answer carries the security headers once, and none that names the software', async () => {
  for (const path of ['/search', '/nowhere', '/news']) {
    const { headers } = await shop.request(path)
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('etag')).toBeNull()
  }
})

test('the trace and the correlation id of the client go on', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const response = await shop.request('/trace', { headers: { traceparent, 'x-request-id': 'click-1' } })
  expect(await response.json()).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', correlationId: 'click-1' })
  const line = await waitFor('the log line', () => shop.logs().find(({ msg }) => msg === 'traced'))
  expect(line).toMatchObject({ service: 'shop', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', requestId: 'click-1' })
  expect(line.headers).toEqual({ authorization: '[redacted]' })
})

test('the handler learns that its client has left', async () => {
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1')
  socket.write('GET /browse HTTP/1.1\r\nHost: shop\r\n\r\n')
  await waitFor('the visit', () => shop.messages().includes('browsing'))
  socket.destroy()
  await waitFor('the leave', () => shop.messages().includes('left'))
})

test('requests are counted by route template, never by the path that was asked for', async () => {
  await shop.request('/users/42', { headers: bearer })
  await shop.request('/some/random/path')
  const text = await (await shop.request('/metrics')).text()
  expect(text).toMatch(
    /http_request_duration_seconds_count\{service="shop",route="\/users\/:userId",method="GET",status="200"\} \d/,
  )
  expect(text).toContain('route="unmatched",method="GET",status="404"')
  expect(text).not.toContain('random')
  expect(text).toContain('nodejs_eventloop_lag_seconds')
})

interface ProblemDocument {
  status: number
  code: string
  traceId: string
  errors?: { field: string; message: string }[]
}

async function problemOf(response: Response): Promise<ProblemDocument> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  const problem = (await response.json()) as ProblemDocument
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/)
  return problem
}
