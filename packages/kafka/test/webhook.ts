import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** The path of the webhook's URL: what must never be in a log. */
export const SECRET = '/services/T0/secret'

/** A webhook that answers as it is told to, and keeps what it was sent; for the time of one test. */
export async function webhook({ port = 0, status = 200 as number | 'never' } = {}) {
  const hook = { texts: [] as string[], status, location: '', url: '' }
  const answer = (response: ServerResponse) => {
    if (hook.status === 'never') return
    if (hook.location) response.setHeader('location', hook.location)
    response.writeHead(hook.status).end('ok')
  }
  const server = createServer(async (request, response) => {
    const sent = JSON.parse(await text(request)) as { text: string }
    if (request.method === 'POST' && request.url === SECRET) hook.texts.push(sent.text)
    answer(response)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${SECRET}`
  return hook
}
