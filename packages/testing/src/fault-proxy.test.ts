import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { waitFor } from './wait-for.ts'

let target: string
let proxy: FaultProxy

/** Answers every chunk with itself in upper case. */
beforeAll(async () => {
  const echo = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(String(chunk).toUpperCase()))
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  target = `127.0.0.1:${(echo.address() as AddressInfo).port}`
  return () => void echo.close()
})

beforeEach(async () => {
  proxy = await faultProxy(target)
  return () => proxy.close()
})

async function dial(): Promise<{ socket: Socket; heard: () => string; ended: () => string | undefined }> {
  const socket = connect(proxy.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let heard = ''
  let ended: string | undefined
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code
  })
  socket.on('close', () => {
    ended ??= 'closed'
  })
  await once(socket, 'connect')
  return { socket, heard: () => heard, ended: () => ended }
}

async function talking() {
  const line = await dial()
  line.socket.write('hello ')
  await waitFor('the echo', () => line.heard() === 'HELLO ')
  return line
}

test('without a fault everything passes', async () => {
  await talking()
})

test('a URL keeps all but its server', () => {
  expect(proxy.through('postgres://me:pw@db:5432/shop?x=1')).toBe(`postgres://me:pw@127.0.0.1:${proxy.port}/shop?x=1`)
})

test('delayed, it takes that much longer in each direction', async () => {
  const { socket, heard } = await talking()
  proxy.delay(60)
  const before = performance.now()
  socket.write('slow')
  await waitFor('the echo', () => heard() === 'HELLO SLOW')
  expect(performance.now() - before).toBeGreaterThanOrEqual(118)
})

test('blocked, nothing passes and nothing is lost', async () => {
  const { socket, heard } = await talking()
  proxy.block()
  socket.write('held')
  const other = await dial()
  other.socket.write('too')
  await expect(waitFor('more', () => heard() !== 'HELLO ', { timeoutMs: 100 })).rejects.toThrow()
  expect(other.heard()).toBe('')
  await proxy.resume()
  await waitFor('both echoes', () => heard() === 'HELLO HELD' && other.heard() === 'TOO')
})

test('swallowed, it is lost although the connection stands', async () => {
  let taken = ''
  proxy = await faultProxy(target, ({ toServer, toClient }) => ({
    fromClient(bytes) {
      taken += bytes
      toServer(bytes)
    },
    fromServer: toClient,
  }))
  const { socket, heard, ended } = await talking()
  proxy.swallow()
  socket.write('lost')
  await waitFor('the proxy to take it', () => taken === 'hello lost')
  await expect(waitFor('more', () => heard() !== 'HELLO ', { timeoutMs: 100 })).rejects.toThrow()
  await proxy.resume()
  socket.write('heard')
  await waitFor('the echo', () => heard() === 'HELLO HEARD')
  expect(ended()).toBeUndefined()
})

test('reset and dropped connections end each in its way, and new ones pass', async () => {
  const first = await talking()
  proxy.reset()
  await waitFor('the reset', () => first.ended() === 'ECONNRESET')
  const second = await talking()
  proxy.drop()
  await waitFor('the end', () => second.ended() === 'closed')
  await talking()
})

test('down, connections end and new ones are refused until it resumes', async () => {
  const line = await talking()
  await proxy.down()
  await waitFor('the end', () => line.ended() !== undefined)
  await expect(dial()).rejects.toThrow('ECONNREFUSED')
  await proxy.resume()
  await talking()
})
