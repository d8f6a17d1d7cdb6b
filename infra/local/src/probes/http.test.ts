import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { httpAnswers } from './http.ts'

/** Keeps idle connections for longer than a test lasts, as the services do. */
async function serverThatAnswers(status: number) {
  const server = createServer((_, response) => response.writeHead(status).end('as it is'))
  server.keepAliveTimeout = 600_000
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await promisify(server.close.bind(server))()
  })
  const connections = promisify(server.getConnections.bind(server)) as () => Promise<number>
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, connections }
}

test('a probe leaves no connection behind: whoever waits for them to end need not wait for it', async () => {
  const { url, connections } = await serverThatAnswers(200)
  await httpAnswers(url)
  await expect.poll(() => connections(), { timeout: 3_000 }).toBe(0)
})

test('an answer that says no is told, with what it says', async () => {
  const { url } = await serverThatAnswers(503)
  await expect(httpAnswers(url)).rejects.toThrow(`${url} answers 503: as it is`)
})
