import { connect } from 'node:net'
import { waitFor } from '@firstcome/testing'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Shop, startShop } from '../../test/start-shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await startShop()
})

test('events are framed, their data in one line, and the stream ends with the last', async () => {
  const response = await shop.request('/news')
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(await response.text()).toBe('id: 1\nevent: status\ndata: {"step":"one\\ntwo"}\n\ndata: "last"\n\n')
})

test('a stream without news keeps its connection alive with comments, which clients pass over', async () => {
  const client = new AbortController()
  const reader = (await shop.request('/silence', { signal: client.signal })).body!.getReader()
  let heard = ''
  await waitFor('two heartbeats', async () => {
    heard += new TextDecoder().decode((await reader.read()).value)
    return heard.length >= 2 * ': still here\n\n'.length
  })
  expect(heard).toMatch(/^(: still here\n\n)+$/)
  client.abort()
})

test('HEAD tells that there is a stream and does not begin it', async () => {
  const response = await shop.request('/ticker', { method: 'HEAD' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
})

test('an event arrives when it is sent, and the producer learns that the client has left', async () => {
  const client = new AbortController()
  const response = await shop.request('/ticker', { signal: client.signal })
  const reader = response.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: "tick"\n\n')
  expect(shop.messages()).not.toContain('ticker over')
  client.abort()
  await waitFor('the end of the ticker', () => shop.messages().includes('ticker over'))
})

test.each([
  ['an event stream', '/ticker', 'data: "tick"'],
  ['a response of the handler’s own', '/inventory', 'first page'],
])(
  '%s that is open ends in order when the service stops, and its connection does not hold it up',
  async (_what, path, begin) => {
    const stopped = await startShop()
    // A client that, unlike fetch, never closes a connection by itself.
    const socket = connect(Number(new URL(stopped.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`)
    await waitFor('the beginning', () => heard.includes(begin))

    expect(await stopped.stop()).toEqual({ code: 0, signal: null })
    await closed
    expect(heard).toMatch(/\r\n0\r\n\r\n$/)
  },
)
