import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { closedLoop } from './closed-loop.ts'
import { openConnection } from './connection.ts'
import { openLoop } from './open-loop.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const get = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'

test('an answer that comes in pieces is read whole, one after the other on the same connection', async () => {
  let count = 0
  const url = await serve((_, res) => {
    const body = `answer ${++count}`
    res.writeHead(201, { 'Content-Length': body.length })
    res.write(body.slice(0, 3))
    setImmediate(() => res.end(body.slice(3)))
  })
  const connection = await openConnection(url)
  onTestFinished(() => connection.close())
  for (const body of ['answer 1', 'answer 2']) {
    const answer = await connection.exchange(get)
    expect({ status: answer.status, body: answer.body.toString() }).toEqual({ status: 201, body })
  }
})

test('an answer that was not expected voids the load', async () => {
  const url = await serve((_, res) => res.writeHead(503, { 'Content-Length': 0 }).end())
  const load = { urls: [url], connections: 2, seconds: 5, next: () => get, status: 202 }
  await expect(closedLoop(load)).rejects.toThrow('answered 503')

  const answered = ({ status }: { status: number }) => {
    throw new Error(`answered ${status} here`)
  }
  await expect(openLoop({ url, rate: 100, count: 100, ask: () => get, answered })).rejects.toThrow('answered 503 here')
})

test('an open loop asks when it is time, however slow the answers are, and counts from when it was due', async () => {
  let waiting = 0
  const release: (() => void)[] = []
  const url = await serve((_, res) => {
    waiting += 1
    release.push(() => res.writeHead(200, { 'Content-Length': 0 }).end())
    if (waiting === 20) for (const answer of release) answer()
  })
  const taken: number[] = []
  const answered = (_: unknown, due: number) => taken.push(performance.now() - due)
  await openLoop({ url, rate: 200, count: 20, ask: () => get, answered })

  expect(taken).toHaveLength(20)
  // All are answered when the last one is asked for: the first was due 19 twohundredths of a second before.
  expect(Math.max(...taken)).toBeGreaterThan(90)
})
