import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Tracing } from '../telemetry/tracing.ts'
import type { App } from './app.ts'

export interface HttpServer {
  /** The port it listens on (of interest where 0 was asked for). */
  port: number
  /** Stops accepting, waits for the requests in flight, and after `graceMs` cuts off what is left. Resolves to how many were. */
  stop(graceMs: number): Promise<number>
}

export interface Address {
  host: string
  port: number
  keepAliveMs: number
}

export async function startServer(app: App, address: Address, tracing: Tracing): Promise<HttpServer> {
  // In front of the router rather than a middleware of it: one layer less for every request to walk through.
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    res.arrivedAt = performance.now()
    const { headers } = req
    const correlationId = headers['x-request-id'] ?? headers['correlation-id']
    tracing.run(
      {
        traceparent: typeof headers.traceparent === 'string' ? headers.traceparent : undefined,
        correlationId: typeof correlationId === 'string' ? correlationId : undefined,
      },
      () => app(req, res),
    )
  })
  server.keepAliveTimeout = address.keepAliveMs
  // A body of 16 KiB that takes longer than this is somebody holding the connection open.
  server.requestTimeout = 30_000
  await listen(server, address)

  return {
    port: (server.address() as AddressInfo).port,
    stop: (graceMs) => stop(server, graceMs),
  }
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 2048 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function stop(server: Server, graceMs: number): Promise<number> {
  return new Promise((resolve) => {
    let cut = 0
    // A connection that was busy when the server closed becomes idle once its answer is sent; nothing else would end it
    // before its keep-alive time.
    const sweep = setInterval(() => server.closeIdleConnections(), 20)
    const bound = setTimeout(() => {
      server.getConnections((_error, open) => {
        cut = open
        server.closeAllConnections()
      })
    }, graceMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(bound)
      resolve(cut)
    })
    server.closeIdleConnections()
  })
}
