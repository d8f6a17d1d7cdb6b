import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type KafkaProxy, kafkaProxy } from './kafka-proxy.ts'
import { waitFor } from './wait-for.ts'

const PRODUCE = 0
const FETCH = 1

/** What has arrived at the server, by correlation id. */
let done: number[]
let target: string
let proxy: KafkaProxy

function frame(...int32s: number[]): Buffer {
  const buffer = Buffer.alloc(4 + int32s.length * 4)
  buffer.writeInt32BE(int32s.length * 4)
  int32s.forEach((value, index) => void buffer.writeInt32BE(value, 4 + index * 4))
  return buffer
}
const request = (apiKey: number, id: number) => frame(apiKey << 16, id)

/** Does every request, and answers it with its correlation id. */
beforeAll(async () => {
  const server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 12) {
        const id = bytes.readInt32BE(at + 8)
        done.push(id)
        socket.write(frame(id))
      }
    })
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return () => void server.close()
})

beforeEach(async () => {
  done = []
  proxy = await kafkaProxy(target)
  return () => proxy.close()
})

async function dial() {
  const socket = proxy.connect()
  onTestFinished(() => void socket.destroy())
  const answered: number[] = []
  let ended: string | undefined
  socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 8) answered.push(bytes.readInt32BE(at + 4))
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code
  })
  await once(socket, 'connect')
  return { socket, answered, ended: () => ended }
}

test('without a fault every request and every answer passes, however the bytes are cut', async () => {
  const { socket, answered } = await dial()
  const bytes = Buffer.concat([request(PRODUCE, 1), request(FETCH, 2)])
  for (const byte of bytes) {
    socket.write(Buffer.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await waitFor('the answers', () => answered.length === 2)
  expect([done, answered]).toEqual([
    [1, 2],
    [1, 2],
  ])
})

test('a fault meets one request of its kind and no other', async () => {
  const { socket, answered } = await dial()
  const struck = proxy.next('produce', 'lose-answer')
  for (const one of [request(FETCH, 1), request(PRODUCE, 2), request(PRODUCE, 3)]) socket.write(one)
  await struck
  await waitFor('the last answer', () => answered.includes(3))
  expect(answered).toEqual([1, 3])
  expect(done).toEqual([1, 2, 3])
})

test('faults that wait for the same kind meet one request each, in turn', async () => {
  const first = await dial()
  const struck = [proxy.next('produce', 'lose-answer'), proxy.next('produce', 'reset-after')]
  first.socket.write(Buffer.concat([request(PRODUCE, 1), request(PRODUCE, 2)]))
  await Promise.all(struck)
  await waitFor('the reset', () => first.ended() === 'ECONNRESET')
  expect(first.answered).toEqual([])
})

test('reset before: it never arrives, nor does what was sent behind it', async () => {
  const { socket, answered, ended } = await dial()
  const struck = proxy.next('produce', 'reset-before')
  socket.write(Buffer.concat([request(PRODUCE, 1), request(FETCH, 2)]))
  await struck
  await waitFor('the reset', () => ended() === 'ECONNRESET')
  const fresh = await dial()
  fresh.socket.write(request(PRODUCE, 3))
  await waitFor('an answer', () => fresh.answered.length === 1)
  expect([done, answered]).toEqual([[3], []])
})

test('reset after: it is done, and the connection ends without its answer', async () => {
  const { socket, answered, ended } = await dial()
  const struck = proxy.next('produce', 'reset-after')
  socket.write(request(PRODUCE, 1))
  await struck
  await waitFor('the reset', () => ended() === 'ECONNRESET')
  expect([done, answered]).toEqual([[1], []])
})

test('fallen silent, a connection takes requests and answers none, while others go on', async () => {
  const { socket, answered, ended } = await dial()
  const struck = proxy.next('produce', 'fall-silent')
  socket.write(request(PRODUCE, 1))
  await struck
  socket.write(request(FETCH, 2))
  await waitFor('the second request', () => done.includes(2))
  const other = await dial()
  other.socket.write(request(PRODUCE, 3))
  await waitFor('an answer', () => other.answered.length === 1)
  expect([answered, ended()]).toEqual([[], undefined])
})

test('an answer that comes later holds up those behind it', async () => {
  const { socket, answered } = await dial()
  const struck = proxy.next('produce', { answerLaterMs: 100 })
  const sent = performance.now()
  socket.write(Buffer.concat([request(PRODUCE, 1), request(FETCH, 2)]))
  await struck
  await waitFor('the second request', () => done.includes(2))
  expect(answered).toEqual([])
  await waitFor('both answers', () => answered.length === 2)
  expect(performance.now() - sent).toBeGreaterThanOrEqual(99)
  expect(answered).toEqual([1, 2])
})

test('an answer that was held up behind a late one still meets its own fault', async () => {
  const { socket, answered } = await dial()
  const struck = [proxy.next('produce', { answerLaterMs: 50 }), proxy.next('fetch', 'lose-answer')]
  socket.write(Buffer.concat([request(PRODUCE, 1), request(FETCH, 2), request(PRODUCE, 3)]))
  await Promise.all(struck)
  await waitFor('the last answer', () => answered.includes(3))
  expect(answered).toEqual([1, 3])
})
