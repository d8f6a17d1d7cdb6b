import { testStack, testToken } from '@firstcome/testing'

/** What the gateway answered. `body` is the parsed JSON, or nothing where there was none. */
export interface Reply {
  status: number
  headers: Headers
  type: string
  body: Body
}

/** The members the tests read out of an answer to go on with; whole answers are compared as objects. */
export interface Body {
  orderId: string
  totalAmount: number
  paymentId: string
  couponPolicyId: number
  issuedQuantity: number
  requestId: string
  couponId: string
  status: string
  code: string
  items: { rank: number; productId: number; quantity: number }[]
  errors: { field: string; code: string; message: string }[]
}

export interface Call {
  /** Whose token to send: a user id, or the admin; none by default. */
  as?: number | 'admin'
  token?: string
  body?: unknown
  /** Sent as it is, in place of `body`. */
  raw?: string
  headers?: Record<string, string>
}

/** One request through the gateway of the test stack, exactly as given: nothing is repeated. `to` is `METHOD /path`. */
export async function call(to: string, { as, token, body, raw, headers = {} }: Call = {}): Promise<Reply> {
  const [method = 'GET', path = '/'] = to.split(' ')
  const bearer = token ?? (as === undefined ? undefined : await tokenOf(as))
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(testStack().gatewayUrl + path, {
    method,
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(content !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    type,
    body: /\bjson\b/.test(type) ? JSON.parse(text) : ({} as Body),
  }
}

export function tokenOf(as: number | 'admin'): Promise<string> {
  return as === 'admin' ? testToken(1, { admin: true }) : testToken(as)
}

/** A user nobody else in the tests is: what one test leaves behind cannot be met by another, nor by the next run. */
export function someUser(): number {
  return 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
}
