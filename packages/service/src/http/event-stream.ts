import { type RouteRequest, type Streamed, streamed } from './route.ts'
import { securityHeaders } from './security-headers.ts'

export interface StreamEvent {
  /** The client sends it back as `Last-Event-ID` when it reconnects. */
  id?: string
  /** Defaults to `message`. */
  event?: string
  /** Sent as JSON. */
  data: unknown
}

export interface EventStream {
  send(event: StreamEvent): void
  /** Aborts when the client is gone or the service stops; the stream is over then. */
  signal: AbortSignal
}

export interface EventStreamOptions {
  /** How often a silent stream says that it is there. Default 15 s, below the 60 s after which gateways give a connection up. */
  heartbeatMs?: number
  /** How long a client is to wait before it connects again, in milliseconds. Default: as it pleases (about 3 s). */
  retryMs?: number
}

const HEARTBEAT_MS = 15_000
/** A client that reads this much slower than we write is cut off rather than kept in memory. */
const UNREAD_LIMIT_BYTES = 1 << 20

/**
 * Answers with server-sent events: `return eventStream(request, async (stream) => { … })`. The stream ends when `produce`
 * settles, when the client leaves or when the service stops; `produce` must then let go of what it holds.
 */
export async function eventStream(
  request: Pick<RouteRequest, 'raw' | 'signal' | 'log'>,
  produce: (stream: EventStream) => Promise<void>,
  { heartbeatMs = HEARTBEAT_MS, retryMs }: EventStreamOptions = {},
): Promise<Streamed> {
  const { raw, signal, log } = request
  const { req, res } = raw
  res.writeHead(200, [
    ...securityHeaders,
    ...['Content-Type', 'text/event-stream; charset=utf-8', 'Cache-Control', 'no-store', 'X-Accel-Buffering', 'no'],
  ])
  if (req.method === 'HEAD') {
    res.end()
    return streamed
  }
  if (retryMs === undefined) res.flushHeaders()
  else res.write(`retry: ${retryMs}\n\n`)
  // Frames are small and each one is news: do not let the kernel wait for more.
  res.socket?.setNoDelay(true)

  const end = () => void (res.writableEnded || res.end())
  const heartbeat = setInterval(() => res.write(': still here\n\n'), heartbeatMs)
  signal.addEventListener('abort', end, { once: true })
  try {
    if (!signal.aborted) await produce({ send: (event) => write(res, event), signal })
  } catch (error) {
    // Past the headers there is no status left to set; the client sees the stream end and asks again.
    if (!signal.aborted) log.error({ err: error }, 'event stream failed')
  } finally {
    clearInterval(heartbeat)
    end()
  }
  return streamed
}

function write(res: RouteRequest['raw']['res'], { id, event, data }: StreamEvent): void {
  if (res.writableEnded || res.destroyed) return
  if (res.writableLength > UNREAD_LIMIT_BYTES) {
    res.destroy()
    return
  }
  const head = `${id === undefined ? '' : `id: ${oneLine(id)}\n`}${event === undefined ? '' : `event: ${oneLine(event)}\n`}`
  // JSON has no raw line breaks, so the data is always one line.
  res.write(`${head}data: ${JSON.stringify(data)}\n\n`)
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, ' ')
}
