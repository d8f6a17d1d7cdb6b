import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { freePort } from './free-port.ts'

const drawn = vi.hoisted(() => [] as number[])
vi.mock(import('node:crypto'), async (original) => {
  const crypto = await original()
  return {
    ...crypto,
    randomInt: ((first: number, last: number) => drawn.shift() ?? crypto.randomInt(first, last)) as never,
  }
})

test('a port can be listened on, and is none that an outgoing connection could take first', async () => {
  const port = await freePort()
  expect(port).toBeLessThan(32_768)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
})

test('a port that is taken is passed over', async () => {
  const taken = await freePort()
  const server = createServer().listen(taken, '127.0.0.1')
  await once(server, 'listening')
  drawn.push(taken, taken)
  expect(await freePort()).not.toBe(taken)
  expect(drawn).toEqual([])
  server.close()
})
