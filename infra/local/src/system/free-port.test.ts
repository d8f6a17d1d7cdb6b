import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'

async function listen(port: number): Promise<Disposable> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { [Symbol.dispose]: () => void server.close() }
}

test('a port can be listened on, and is none that an outgoing connection could take first', async () => {
  const port = await freePort()
  expect(port).toBeLessThan(32_768)
  using _server = await listen(port)
})

test('those who ask at the same moment get different ones', async () => {
  const ports = await Promise.all(Array.from({ length: 100 }, freePort))
  expect(new Set(ports).size).toBe(100)
})

test('a port that is taken is passed over', async () => {
  const next = (await freePort()) + 1
  using _server = await listen(next)
  expect(await freePort()).not.toBe(next)
})
