import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** The members of the answers that are read; an answer that is no JSON has none. */
export interface Body {
  orderId?: string
  totalAmount?: number
  paymentId?: string
  couponPolicyId?: number
  name?: string
  totalQuantity?: number
  issuedQuantity?: number
  remaining?: number
  requestId?: string
  status?: string
  reason?: string
  code?: string
  rank?: number
  couponId?: string
  coupons?: { couponId: string; couponPolicyId: number; rank: number }[]
  items?: { productId: number; quantity: number }[]
}

/** One answer of the gateway. `sentAt` and `answeredAt` are `performance.now()` of the first attempt and of the answer. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Body
  text: string
  sentAt: number
  answeredAt: number
  /** How many attempts were made before that one. */
  repeats: number
}

export interface Ask {
  method: 'GET' | 'POST'
  path: string
  token?: string
  body?: unknown
  headers?: Record<string, string>
  /** Answers, by status or by problem code, that are asked again after a pause. Never a surprise: every repetition is counted in `repeated`. */
  repeatOn?: (number | string)[]
  /** Whether a broken connection is asked again. Only right for reads and for requests with an `Idempotency-Key`. */
  repeatWhenBroken?: boolean
  /** The answer may be held for a while: on a connection of its own, so that no other request waits behind it. */
  held?: boolean
}

export interface Gateway {
  ask(what: Ask): Promise<Answer>
  /** Follows server-sent events until `until` accepts the data of one; resolves with it, or undefined when the stream ends first. */
  follow(path: string, token: string, until: (data: Body) => boolean): Promise<Body | undefined>
  /** How often something was asked again, by reason: a status, a problem code, or the error code of a broken connection. */
  repeated: Map<string, number>
  close(): void
}

const attemptTimeoutMs = 20_000
/** Longer than any answer is held (30 s, and what the gateway adds). */
const heldTimeoutMs = 40_000

/**
 * A client of the gateway that keeps its connections (at most `sockets`), and says honestly how often it had to repeat itself.
 * After `patienceMs` the last answer counts: a service that was killed is back sooner.
 */
export function openGateway(url: string, sockets: number, { patienceMs = 60_000 } = {}): Gateway {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, scheduling: 'lifo' })
  // Streams stay open: on the shared agent they would take the sockets that the requests need.
  const streams = new Agent()
  const { hostname, port } = new URL(url)
  const repeated = new Map<string, number>()

  function send(what: Ask, via: Agent): Promise<IncomingMessage> {
    const payload = what.body === undefined ? undefined : JSON.stringify(what.body)
    const headers: Record<string, string | number> = { ...what.headers }
    if (what.token) headers.authorization = `Bearer ${what.token}`
    if (payload !== undefined) {
      headers['content-type'] ??= 'application/json'
      headers['content-length'] = Buffer.byteLength(payload)
    }
    return new Promise((resolve, reject) => {
      const outgoing = request({ agent: via, hostname, port, method: what.method, path: what.path, headers }, resolve)
      outgoing.setTimeout(via === streams ? heldTimeoutMs : attemptTimeoutMs, () =>
        outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      )
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  async function attempt(what: Ask): Promise<Omit<Answer, 'sentAt' | 'repeats'>> {
    const incoming = await send(what, what.held ? streams : agent)
    const text = await textOf(incoming)
    const answeredAt = performance.now()
    const json = /\bjson\b/.test(incoming.headers['content-type'] ?? '')
    const body: Body = json && text ? JSON.parse(text) : {}
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body, text, answeredAt }
  }

  async function ask(what: Ask): Promise<Answer> {
    const sentAt = performance.now()
    const broken = what.repeatWhenBroken ?? what.method === 'GET'
    for (let tried = 1; ; tried++) {
      let why: string
      let retryAfter: string | undefined
      try {
        const answer = await attempt(what)
        const reason = what.repeatOn?.find((one) => one === answer.body.code || one === answer.status)
        if (performance.now() > sentAt + patienceMs || reason === undefined)
          return { ...answer, sentAt, repeats: tried - 1 }
        why = String(reason)
        retryAfter = answer.headers['retry-after']
      } catch (error) {
        if (!broken || performance.now() > sentAt + patienceMs) throw error
        why = (error as NodeJS.ErrnoException).code ?? String(error)
      }
      repeated.set(why, (repeated.get(why) ?? 0) + 1)
      const backoff = Math.min(2_000, 25 * 2 ** tried) * (0.5 + Math.random())
      await pause(Math.min(5_000, Math.max(backoff, Number(retryAfter ?? 0) * 1_000)))
    }
  }

  async function follow(path: string, token: string, until: (data: Body) => boolean): Promise<Body | undefined> {
    const incoming = await send({ method: 'GET', path, token, headers: { accept: 'text/event-stream' } }, streams)
    if (incoming.statusCode !== 200) {
      incoming.resume()
      return undefined
    }
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) {
      text += chunk
      const events = text.split(/\r?\n\r?\n/)
      text = events.pop() ?? ''
      for (const event of events) {
        const data = event
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trimStart())
          .join('\n')
        if (!data) continue
        const value = JSON.parse(data) as Body
        if (until(value)) {
          incoming.destroy()
          return value
        }
      }
    }
    return undefined
  }

  return {
    ask,
    follow,
    repeated,
    close() {
      agent.destroy()
      streams.destroy()
    },
  }
}

/** By its events: an iterator costs a rush of this size a noticeable part of a processor. */
function textOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    incoming.setEncoding('utf8')
    incoming.on('data', (chunk: string) => {
      text += chunk
    })
    incoming.on('end', () => resolve(text))
    incoming.on('error', reject)
    // Cut off in the middle it ends with neither of the two.
    incoming.on('close', () => reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })))
  })
}
