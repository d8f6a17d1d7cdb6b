import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import {
  bodyId,
  eventStream,
  httpSettings,
  Problem,
  pathId,
  preferredWait,
  type Resource,
  readConfig,
  requireOwner,
  route,
  run,
  serviceSettings,
  streamed,
} from '../src/index.ts'
import { declared } from './declared.ts'

/** A small service with everything a service can have; the tests run it as a process and break it through its settings. */
const config = readConfig({
  service: serviceSettings,
  http: httpSettings,
  shop: {
    color: { env: 'SHOP_COLOR', schema: z.enum(['red', 'blue']).default('red').describe('color of the shop') },
    /** `setup`, `start`, `close`: what goes wrong; `hang`: closing never ends. */
    fault: { env: 'SHOP_FAULT', schema: z.enum(['setup', 'start', 'close', 'hang']).optional() },
    /** It opens only when this file is there. */
    key: { env: 'SHOP_KEY', schema: z.string().optional() },
  },
})

await run('shop', config, async (service) => {
  const { fault } = config.shop
  let unhealthy: string | undefined

  const resource = (name: string, faulty = false): Resource => ({
    name,
    async start() {
      if (faulty && fault === 'start') throw new Error('the till is jammed')
      service.log.info({ resource: name }, 'started')
    },
    async check() {
      if (faulty && unhealthy === 'silent') await new Promise(() => {})
      if (faulty && unhealthy) throw new Error(unhealthy)
    },
    async close() {
      if (faulty && fault === 'hang') await new Promise(() => {})
      if (faulty && fault === 'close') throw new Error('the till is still full')
      service.log.info({ resource: name }, 'closed')
    },
  })
  service.use(resource('shelf'))
  service.use(resource('till', true))
  for (const { key } = config.shop; key && !existsSync(key); await delay(20)) service.waitsFor(`the key ${key}`)
  service.waitsFor(undefined)
  if (fault === 'setup') throw new Error('the key does not fit')

  const item = z.object({ itemId: bodyId, quantity: z.number().int().min(1) })
  service.listen([
    route(
      { method: 'POST', path: '/orders', auth: 'user', body: z.object({ items: z.array(item.strict()).min(1) }) },
      async ({ user, body }) => ({
        status: 201,
        headers: { Location: '/orders/7' },
        body: { user, items: body.items },
      }),
    ),
    route({ method: 'GET', path: '/orders', auth: 'user' }, async ({ user }) => ({ status: 200, body: { user } })),
    route(
      { method: 'GET', path: '/users/:userId', auth: 'user', params: z.object({ userId: pathId }) },
      async ({ user, params }) => {
        requireOwner(user, params.userId)
        return { status: 200, body: { userId: params.userId } }
      },
    ),
    route({ method: 'PUT', path: '/prices', auth: 'admin' }, async () => ({ status: 204 })),
    route(
      {
        method: 'GET',
        path: '/search',
        auth: 'public',
        query: z.object({ limit: z.coerce.number().int().max(100).default(10) }),
        headers: z.object({ 'x-color': z.string().max(5).optional() }),
      },
      async ({ query, headers, raw }) => ({
        status: 200,
        body: { limit: query.limit, color: headers['x-color'], wait: preferredWait(raw.req.headers) },
      }),
    ),
    route({ method: 'GET', path: '/trace', auth: 'public' }, async () => {
      await delay(1)
      service.log.info({ headers: { authorization: 'Bearer secret' } }, 'traced')
      return { status: 200, body: service.tracing.current() }
    }),
    route({ method: 'GET', path: '/sold-out', auth: 'public' }, async () => {
      throw new Problem(409, 'SOLD_OUT', 'Nothing is left.', { headers: { 'Retry-After': '9' }, left: 0 })
    }),
    route({ method: 'GET', path: '/bug', auth: 'public' }, async () => {
      throw new TypeError('secret of the implementation')
    }),
    route({ method: 'GET', path: '/outage', auth: 'public' }, async () => {
      throw Object.assign(new Error('no connection'), { retriable: true })
    }),
    /** Answers only once the service is stopping, and then a little later still. */
    route({ method: 'GET', path: '/last-customer', auth: 'public' }, async ({ signal, log }) => {
      log.info('the last customer is in')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await delay(200)
      log.info('the last customer is served')
      return { status: 200, body: { served: true } }
    }),
    /** Begins at once and ends a little after the service began to stop, on a response it writes itself. */
    route({ method: 'GET', path: '/inventory', auth: 'public' }, async ({ signal, raw }) => {
      raw.res.writeHead(200).write('first page')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await delay(100)
      raw.res.end('last page')
      return streamed
    }),
    /** Ends when its client leaves. */
    route({ method: 'GET', path: '/browse', auth: 'public' }, async ({ signal, log }) => {
      log.info('browsing')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      log.info('left')
      return { status: 200 }
    }),
    route({ method: 'GET', path: '/never', auth: 'public' }, ({ log }) => {
      log.info('waiting for ever')
      return new Promise(() => {})
    }),
    route({ method: 'GET', path: '/news', auth: 'public' }, async (request) =>
      eventStream(request, async (stream) => {
        stream.send({ id: '1', event: 'status', data: { step: 'one\ntwo' } })
        stream.send({ data: 'last' })
      }),
    ),
    route({ method: 'GET', path: '/silence', auth: 'public' }, async (request) =>
      eventStream(
        request,
        async ({ signal }) => void (await new Promise((resolve) => signal.addEventListener('abort', resolve))),
        { heartbeatMs: 10 },
      ),
    ),
    route({ method: 'GET', path: '/ticker', auth: 'public' }, async (request) =>
      eventStream(request, async ({ send, signal }) => {
        send({ data: 'tick' })
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        request.log.info('ticker over')
      }),
    ),
    ...declared,
    route(
      { method: 'PUT', path: '/health-of-the-till', auth: 'public', body: z.object({ reason: z.string().optional() }) },
      async ({ body }) => {
        unhealthy = body.reason
        return { status: 204 }
      },
    ),
    route(
      { method: 'PUT', path: '/catastrophe', auth: 'public', body: z.object({ kind: z.string() }) },
      async ({ body }) => {
        const error = new Error('the roof came down')
        if (body.kind === 'fail') service.fail(error)
        else if (body.kind === 'rejection') void Promise.reject(error)
        else setImmediate(() => throws(error))
        return { status: 204 }
      },
    ),
  ])
})

function throws(error: Error): never {
  throw error
}
