import { STATUS_CODES } from 'node:http'

export interface GatewayProblem {
  /** Of its location in the configuration. */
  name: string
  /** What nginx found by itself. */
  statuses: number[]
  /** What the client is told. */
  status: number
  /** RFC 9457, but for the trace id. */
  document: Record<string, unknown>
  /** Seconds. */
  retryAfter?: number
  /** Found before there is a path. */
  early: boolean
}

/** Every refusal that is the gateway's own; the services answer for the rest in the same form. */
export const problems: GatewayProblem[] = [
  problem(
    'bad_request',
    // Of another version of HTTP (505), in a transfer encoding that nobody knows (501).
    [400, 494, 501, 505],
    400,
    'BAD_REQUEST',
    'The request is not valid HTTP, or its headers are too large.',
  ),
  problem('not_found', [404], 404, 'ROUTE_NOT_FOUND', 'There is nothing at this path.'),
  problem('not_allowed', [405], 405, 'METHOD_NOT_ALLOWED', 'This method is not allowed here.'),
  problem('too_slow', [408], 408, 'REQUEST_TIMEOUT', 'The request did not arrive in time.'),
  problem('body_too_large', [413], 413, 'BODY_TOO_LARGE', 'The body is larger than 16 KiB.'),
  problem('uri_too_long', [414], 414, 'URI_TOO_LONG', 'The address of the request is too long.'),
  problem('rate_limited', [429], 429, 'RATE_LIMITED', 'Too many requests in a short time from this client.', 1),
  problem('internal', [500], 500, 'INTERNAL', 'The gateway could not handle the request.'),
  problem('unavailable', [502, 503], 503, 'UPSTREAM_UNAVAILABLE', 'The service behind this path does not answer.', 1),
  problem('timeout', [504], 504, 'UPSTREAM_UNAVAILABLE', 'The service behind this path took too long.', 1),
]

function problem(name: string, statuses: number[], status: number, code: string, detail: string, retryAfter?: number) {
  const document = { type: 'about:blank', title: STATUS_CODES[status], status, detail, code }
  const early = status === 400 || status === 414
  return { name, statuses, status, document, early, ...(retryAfter !== undefined && { retryAfter }) }
}
