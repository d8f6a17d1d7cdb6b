import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { requestDuration } from '../telemetry/metrics.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import { probes } from './operations.ts'
import { problemDocument } from './problem.ts'
import { toProblem } from './problems.ts'
import type { Reply } from './route.ts'
import { securityHeaders } from './security-headers.ts'

declare module 'node:http' {
  interface ServerResponse {
    /** `performance.now()` at the arrival of the request; set by the server before anything else runs. */
    arrivedAt?: number
  }
}

/** The one way out: every answer, good or bad, is written, measured and logged here. */
export interface Exchange {
  reply(req: IncomingMessage, res: ServerResponse, route: string, reply: Exclude<Reply, symbol>): void
  error(req: IncomingMessage, res: ServerResponse, route: string, error: unknown): void
  /** From now on every answer closes its connection. */
  stop(): void
}

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export function createExchange(log: Logger, tracing: Tracing, metrics: Registry): Exchange {
  const duration = requestDuration(metrics)
  const debug = log.isLevelEnabled('debug')
  let stopping = false

  function write(
    req: IncomingMessage,
    res: ServerResponse,
    route: string,
    status: number,
    type: string,
    headers: Record<string, string> | undefined,
    body: unknown,
  ): void {
    const method = req.method!
    const seconds = (performance.now() - res.arrivedAt!) / 1000
    duration.observe({ route, method, status }, seconds)
    if (status >= 500 && !probes.has(route)) log.info({ method, route, status, seconds }, 'request failed')
    else if (debug) log.debug({ method, route, status, seconds }, 'request')
    if (res.headersSent || res.destroyed) {
      // The client has left, or the handler had begun a stream before it failed: there is nobody to tell.
      if (!res.writableEnded) res.destroy()
      return
    }

    // One flat list straight into writeHead: no header map, no ETag, no content negotiation on the hot path.
    const head = securityHeaders.slice()
    if (body !== undefined) {
      // A route that names its own content type has written its own text.
      const ownType = headers?.['Content-Type']
      const text = ownType !== undefined ? String(body) : JSON.stringify(body)
      const length = Buffer.byteLength(text)
      head.push('Content-Type', ownType ?? type, 'Content-Length', String(length))
      addHeaders(head, headers)
      // As many bytes as characters: ASCII, which needs no conversion on its way out.
      res.writeHead(status, head).end(text, length === text.length ? 'latin1' : 'utf8')
    } else {
      // A 204 has no length, not even none (RFC 9110); some clients take one for the start of a body.
      if (status !== 204) head.push('Content-Length', '0')
      addHeaders(head, headers)
      res.writeHead(status, head).end()
    }
  }

  function addHeaders(head: string[], headers: Record<string, string> | undefined): void {
    let cacheable = false
    if (headers !== undefined) {
      for (const name in headers) {
        if (name === 'Content-Type') continue
        if (name.toLowerCase() === 'cache-control') cacheable = true
        head.push(name, headers[name]!)
      }
    }
    // Answers are about one user and one moment; whoever may cache has to be told so by the route.
    if (!cacheable) head.push('Cache-Control', 'no-store')
    if (stopping) head.push('Connection', 'close')
  }

  return {
    reply(req, res, route, { status, headers, body }) {
      write(req, res, route, status, JSON_TYPE, headers, body)
    },
    error(req, res, route, error) {
      const problem = toProblem(error)
      if (problem !== error && problem.status >= 500)
        log.error({ err: error, method: req.method, route }, 'handler failed')
      const document = problemDocument(problem, tracing.current()?.traceId)
      write(req, res, route, problem.status, PROBLEM_TYPE, problem.headers, document)
    },
    stop() {
      stopping = true
    },
  }
}
