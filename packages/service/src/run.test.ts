import { connect } from 'node:net'
import { freePort, waitFor } from '@firstcome/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startShop } from '../test/start-shop.ts'

const unready = { until: false } as const

describe('start', () => {
  test('resources start in order, then it is ready', async () => {
    const shop = await startShop()
    await waitFor('ready', () => shop.messages().includes('ready'))
    expect(shop.logs().map(({ msg, resource }) => resource ?? msg)).toEqual(['shelf', 'till', 'ready'])
  })

  test('a configuration that is wrong names every variable and exits 78', async () => {
    const shop = await startShop({ PORT: 'http', SHOP_COLOR: 'green', LOG_LEVEL: 'loud' }, unready)
    expect(await shop.ended).toEqual({ code: 78, signal: null })
    expect(shop.output().trim().split('\n')).toEqual([
      expect.stringMatching(/^config: LOG_LEVEL is invalid/),
      expect.stringMatching(/^config: PORT is invalid/),
      expect.stringMatching(/^config: SHOP_COLOR is invalid/),
    ])
  })

  test.each([
    ['are missing', ''],
    ['cannot be read', '/nowhere/jwks.json'],
  ])('keys that %s count as wrong configuration where a route asks for a user', async (_what, jwks) => {
    const shop = await startShop({ JWT_JWKS: jwks }, unready)
    expect(await shop.ended).toEqual({ code: 78, signal: null })
    expect(shop.output()).toMatch(/^config: JWT_JWKS is /)
  })

  test.each([
    ['setup', 'the key does not fit', ['shelf', 'till']],
    ['start', 'the till is jammed', ['shelf', 'till']],
  ])('a failure in %s is one clear line, and what was opened is closed', async (fault, reason) => {
    const shop = await startShop({ SHOP_FAULT: fault }, unready)
    expect(await shop.ended).toEqual({ code: 1, signal: null })
    const fatal = shop.logs().filter(({ level }) => level === 'fatal')
    expect(fatal).toMatchObject([{ msg: 'could not start', err: { message: reason } }])
    const closed = shop.logs().filter(({ msg }) => msg === 'closed')
    expect(closed.map(({ resource }) => resource)).toEqual(['till', 'shelf'])
  })

  test('a port that is taken is said so', async () => {
    const PORT = String(await freePort())
    await startShop({ PORT })
    const second = await startShop({ PORT }, unready)
    expect((await second.ended).code).toBe(1)
    expect(second.output()).toContain('EADDRINUSE')
  })
})

describe('stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s finishes what is in flight, then closes resources in reverse order, exit 0',
    async (signal) => {
      const shop = await startShop()
      const inFlight = shop.request('/last-customer')
      await waitFor('the request', () => shop.messages().includes('the last customer is in'))

      const exit = shop.stop(signal)
      const response = await inFlight
      expect(response.headers.get('connection')).toBe('close')
      expect(await response.json()).toEqual({ served: true })
      expect(await exit).toEqual({ code: 0, signal: null })
      const order = shop.logs().map(({ msg, resource }) => (msg === 'closed' ? `${resource} closed` : msg))
      expect(order.slice(order.indexOf('stopping'))).toEqual([
        'stopping',
        'the last customer is served',
        'till closed',
        'shelf closed',
        'stopped',
      ])
    },
  )

  test('a connection that is merely kept alive does not hold it up', async () => {
    const shop = await startShop()
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('GET /search HTTP/1.1\r\nHost: shop\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))

    const before = performance.now()
    expect(await shop.stop()).toEqual({ code: 0, signal: null })
    await closed
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  test('a resource that never closes is named, and the process ends within the bound', async () => {
    // Half a second after the bound the process ends whatever it is doing: a short bound could be past before it has said anything.
    const shop = await startShop({ SHOP_FAULT: 'hang', STOP_TIMEOUT_MS: '3000' })
    const before = performance.now()
    expect(await shop.stop()).toEqual({ code: 1, signal: null })
    expect(performance.now() - before).toBeLessThan(15_000)
    expect(shop.logs().at(-1)).toMatchObject({ level: 'fatal', hung: ['till'] })
    // The bound belongs to all of them together, but each one is asked to close.
    expect(shop.logs().filter(({ msg }) => msg === 'closed')).toMatchObject([{ resource: 'shelf' }])
  })

  test('a request that never ends is cut off, and the resources are still closed', async () => {
    // Between the cut and the end of the process there is time to close them, on a machine that stands still for a while, too.
    const shop = await startShop({ STOP_TIMEOUT_MS: '8000' })
    const never = shop.request('/never').catch((error: Error) => error)
    await waitFor('the request', () => shop.messages().includes('waiting for ever'))
    expect(await shop.stop()).toEqual({ code: 1, signal: null })
    expect(await never).toBeInstanceOf(Error)
    expect(shop.messages().filter((msg) => msg === 'closed')).toHaveLength(2)
    expect(shop.logs().at(-1)).toMatchObject({ hung: ['http'] })
  })

  test('a resource that fails to close is named, and the others are closed', async () => {
    const shop = await startShop({ SHOP_FAULT: 'close' })
    expect(await shop.stop()).toEqual({ code: 1, signal: null })
    expect(shop.output()).toContain('the till is still full')
    expect(shop.logs().filter(({ msg }) => msg === 'closed')).toMatchObject([{ resource: 'shelf' }])
  })

  test('a second signal changes nothing', async () => {
    const shop = await startShop()
    const inFlight = shop.request('/last-customer')
    await waitFor('the request', () => shop.messages().includes('the last customer is in'))
    void shop.stop()
    await waitFor('the stop', () => shop.messages().includes('stopping'))
    void shop.stop('SIGINT')
    expect((await inFlight).status).toBe(200)
    expect(await shop.ended).toEqual({ code: 0, signal: null })
  })
})

describe('the end of a service that is beyond repair', () => {
  test.each([
    ['fail', 'a resource failed for good'],
    ['exception', 'an error nobody handled'],
    ['rejection', 'a rejection nobody handled'],
  ])('%s: one fatal line, an orderly stop, exit 1', async (kind, message) => {
    const shop = await startShop()
    await shop.send('PUT', '/catastrophe', { kind }).catch(() => {})
    expect(await shop.ended).toEqual({ code: 1, signal: null })
    const fatal = shop.logs().filter(({ level }) => level === 'fatal')
    expect(fatal).toMatchObject([{ msg: message, err: { message: 'the roof came down' } }])
    expect(shop.messages().filter((msg) => msg === 'closed')).toHaveLength(2)
  })
})
