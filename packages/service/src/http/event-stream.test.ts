import { waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
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

test('an open stream ends in order when the service stops, and does not hold it up', async () => {
  const stopped = await startShop()
  const response = await stopped.request('/ticker')
  const text = response.text()
  const before = performance.now()
  expect(await stopped.stop()).toEqual({ code: 0, signal: null })
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(await text).toBe('data: "tick"\n\n')
})
